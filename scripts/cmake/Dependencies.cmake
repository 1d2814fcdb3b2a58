# What we link: all packages of Debian 12, see scripts/setup.sh.

find_package(PkgConfig)
if(NOT PkgConfig_FOUND)
	message(FATAL_ERROR
		"pkg-config is missing: install pkgconf, or run scripts/setup.sh")
endif()
find_package(Threads REQUIRED)

# need(<target> <pkg-config name> <Debian package>)
function(need target module package)
	pkg_check_modules(${target} QUIET IMPORTED_TARGET ${module})
	if(NOT ${target}_FOUND)
		message(FATAL_ERROR "${module} is missing: install ${package}, "
			"or run scripts/setup.sh")
	endif()
endfunction()

need(UNWIND libunwind libunwind-dev)
need(DW libdw libdw-dev)
need(JANSSON jansson libjansson-dev)
need(XXHASH libxxhash libxxhash-dev)
need(CMOCKA cmocka libcmocka-dev)

foreach(tool patch ld objcopy nm ar readelf)
	string(TOUPPER ${tool} var)
	find_program(INTERLEAF_${var} ${tool})
	mark_as_advanced(INTERLEAF_${var})
	if(NOT INTERLEAF_${var})
		message(FATAL_ERROR "${tool} is missing: install patch and "
			"binutils, or run scripts/setup.sh")
	endif()
endforeach()

# jemalloc, every symbol with a je_ prefix, so that the sanitizers and the C
# library keep their malloc.
find_path(JEMALLOC_INCLUDE_DIR jemalloc/jemalloc.h)
find_library(JEMALLOC_ARCHIVE NAMES libjemalloc_pic.a)
mark_as_advanced(JEMALLOC_INCLUDE_DIR JEMALLOC_ARCHIVE)
if(NOT JEMALLOC_INCLUDE_DIR OR NOT JEMALLOC_ARCHIVE)
	message(FATAL_ERROR "jemalloc is missing: install libjemalloc-dev, "
		"or run scripts/setup.sh")
endif()

set(je_archive ${CMAKE_BINARY_DIR}/libje.a)
add_custom_command(OUTPUT ${je_archive}
	COMMAND ${CMAKE_COMMAND} -E env
		AR=${INTERLEAF_AR} NM=${INTERLEAF_NM}
		OBJCOPY=${INTERLEAF_OBJCOPY}
		sh ${CMAKE_SOURCE_DIR}/scripts/cmake/prefix-jemalloc.sh
		${JEMALLOC_ARCHIVE} ${je_archive}
	DEPENDS ${JEMALLOC_ARCHIVE}
		${CMAKE_SOURCE_DIR}/scripts/cmake/prefix-jemalloc.sh
	COMMENT "Prefixing jemalloc with je_"
	VERBATIM)
add_custom_target(je_build DEPENDS ${je_archive})
add_library(je STATIC IMPORTED GLOBAL)
set_target_properties(je PROPERTIES IMPORTED_LOCATION ${je_archive})
target_link_libraries(je INTERFACE Threads::Threads m)
add_dependencies(je je_build)
