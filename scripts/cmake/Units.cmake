# Code under test.
#
# A unit is model/mm and fuzz/scenarios compiled for one entry format, with one
# mutant or none, and joined into one object with one visible symbol. Its flags
# are the same in every build, whatever the engine, the sanitizer and
# CMAKE_C_FLAGS: the compiler may then not shift a schedule.

set(kut_default ${CMAKE_C_COMPILER})
if(INTERLEAF_AFL)
	set(kut_default clang)
endif()
set(INTERLEAF_KUT_CC ${kut_default} CACHE STRING
	"Compiler of the code under test: gcc or clang, not a fuzzer's wrapper")
find_program(kut_cc ${INTERLEAF_KUT_CC} NO_CACHE)
if(NOT kut_cc)
	message(FATAL_ERROR "compiler of the code under test not found: "
		"${INTERLEAF_KUT_CC}; set INTERLEAF_KUT_CC")
endif()

set(kut_flags -std=gnu11 -O1 -g -fms-extensions -fno-common
	-fno-strict-aliasing -fno-delete-null-pointer-checks -fwrapv
	-fno-stack-protector -fno-PIE -fno-omit-frame-pointer
	-Wall -Wextra -Werror -fsanitize=thread)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
	list(APPEND kut_flags -mno-sse)
elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
	list(APPEND kut_flags -mgeneral-regs-only)
endif()

# Instrumentation only: every access gets a callback, none is vectorised away,
# a plain read before a write of the same place is not left out.
execute_process(COMMAND ${kut_cc} --version OUTPUT_VARIABLE kut_version)
if(kut_version MATCHES "clang")
	list(APPEND kut_flags -fno-vectorize -fno-slp-vectorize
		-mllvm -tsan-distinguish-volatile=1
		-mllvm -tsan-instrument-read-before-write=1
		-mllvm -tsan-instrument-func-entry-exit=0)
	if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
		list(APPEND kut_flags -mno-mmx)
	endif()
else()
	list(APPEND kut_flags -fno-tree-vectorize
		--param=tsan-distinguish-volatile=1
		--param=tsan-instrument-func-entry-exit=0)
endif()

set(kut_flags_x86_64)
set(kut_flags_x86_pae -DCONFIG_X86_PAE)
set(kut_flags_arm64 -DCONFIG_ARM64 -Imodel/include/arm64)
set(kut_formats x86_64 x86_pae arm64)

# kut_object(<out var> <source> <format> <dir> <tree> <extra>...)
# Compile one file of one unit into <dir>. <tree> is the root of the sources,
# or of a mutant's patched copy.
function(kut_object out source format dir tree)
	string(REPLACE "/" "-" name ${source})
	set(object ${dir}/${name}.o)
	set(input ${source})
	set(after)
	# Sources in debug information are called as in the tree.
	set(maps -ffile-prefix-map=${tree}=)
	if(NOT tree STREQUAL CMAKE_SOURCE_DIR)
		set(after ${tree}/stamp)
		if(NOT source MATCHES "^model/")
			set(input ${CMAKE_SOURCE_DIR}/${source})
			list(APPEND maps
				-ffile-prefix-map=${CMAKE_SOURCE_DIR}/fuzz=fuzz)
		endif()
	endif()
	add_custom_command(OUTPUT ${object}
		COMMAND ${kut_cc} ${kut_flags} ${maps} ${kut_flags_${format}}
			-DUNIT_FMT="${format}" ${ARGN}
			-Imodel/include -Imodel
			-MD -MF ${object}.d -MT ${object} -c ${input} -o ${object}
		WORKING_DIRECTORY ${tree}
		DEPENDS ${CMAKE_SOURCE_DIR}/${source} ${after}
		DEPFILE ${object}.d
		VERBATIM)
	set(${out} ${object} PARENT_SCOPE)
endfunction()

# kut_unit(<symbol> <object>...) - join objects, remember the unit
function(kut_unit symbol)
	set(out ${CMAKE_BINARY_DIR}/units/${symbol}.o)
	set(script ${CMAKE_SOURCE_DIR}/scripts/cmake/link-unit.sh)
	add_custom_command(OUTPUT ${out}
		COMMAND ${CMAKE_COMMAND} -E env LD=${INTERLEAF_LD}
			OBJCOPY=${INTERLEAF_OBJCOPY}
			READELF=${INTERLEAF_READELF}
			sh ${script} ${symbol} ${out} ${ARGN}
		DEPENDS ${ARGN} ${script}
		COMMENT "Joining ${symbol}"
		VERBATIM)
	set_property(GLOBAL APPEND PROPERTY kut_units ${symbol})
	set_property(GLOBAL APPEND PROPERTY kut_unit_objects ${out})
endfunction()

set(kut_table fuzz/scenarios/scenarios.c)	# the only file that knows UNIT

# kut_mutants(<source>...) - one unit for each patch in tests/mutants. Files
# that a patch does not concern are taken from the correct unit.
function(kut_mutants)
	file(GLOB patches CONFIGURE_DEPENDS
		${CMAKE_SOURCE_DIR}/tests/mutants/*.patch)
	list(SORT patches)
	set(rows "")
	foreach(patch IN LISTS patches)
		set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
			${patch})
		get_filename_component(name ${patch} NAME_WE)
		string(MAKE_C_IDENTIFIER ${name} id)
		file(READ ${patch} text)

		string(APPEND rows "\t{\n\t\t.name = \"${name}\",\n")
		foreach(key Id Subject Scenario Format Model Oracle Rule Fix)
			if(NOT text MATCHES "(^|\n)${key}:[ \t]*([^\n]+)")
				message(FATAL_ERROR
					"${patch}: no line '${key}:'")
			endif()
			string(STRIP "${CMAKE_MATCH_2}" value)
			if(key STREQUAL "Format")
				set(format ${value})
			endif()
			string(REPLACE "\\" "\\\\" value "${value}")
			string(REPLACE "\"" "\\\"" value "${value}")
			string(TOLOWER ${key} field)
			string(APPEND rows
				"\t\t.${field} = \"${value}\",\n")
		endforeach()
		string(APPEND rows "\t},\n")
		if(NOT format IN_LIST kut_formats)
			message(FATAL_ERROR
				"${patch}: unknown format '${format}'")
		endif()

		# Which files does it change?
		string(REGEX MATCHALL "\n\\+\\+\\+ b/[^ \t\n]+" changed "${text}")
		list(TRANSFORM changed REPLACE "^\n\\+\\+\\+ b/" "")
		set(affected ${changed})
		if(NOT changed)
			message(FATAL_ERROR "${patch}: changes no file")
		endif()
		foreach(file IN LISTS changed)
			if(file MATCHES "\\.h$")
				set(affected ${ARGN})
			elseif(NOT file IN_LIST ARGN)
				message(FATAL_ERROR "${patch}: changes ${file}, "
					"which is not code under test")
			endif()
		endforeach()

		set(tree ${CMAKE_BINARY_DIR}/mutants/${name})
		set(script ${CMAKE_SOURCE_DIR}/scripts/cmake/mutant-tree.sh)
		add_custom_command(OUTPUT ${tree}/stamp
			COMMAND ${CMAKE_COMMAND} -E env
				PATCH=${INTERLEAF_PATCH} sh ${script}
				${CMAKE_SOURCE_DIR} ${tree} ${patch}
			DEPENDS ${patch} ${script} ${kut_copied}
			COMMENT "Mutant ${name}"
			VERBATIM)

		set(objects)
		foreach(source IN LISTS ARGN)
			if(source STREQUAL kut_table)
				kut_object(object ${source} ${format} ${tree}
					${tree} -DUNIT=unit_${id}
					-DUNIT_MUTANT="${name}"
					-Wno-unused -Wno-unused-parameter)
			elseif(source IN_LIST affected)
				kut_object(object ${source} ${format} ${tree}
					${tree} -Wno-unused -Wno-unused-parameter)
			else()
				string(REPLACE "/" "-" object ${source})
				set(object
				    ${CMAKE_BINARY_DIR}/units/${format}/${object}.o)
			endif()
			list(APPEND objects ${object})
		endforeach()
		kut_unit(unit_${id} ${objects})
	endforeach()
	set(kut_mutant_rows "${rows}" PARENT_SCOPE)
endfunction()

# interleaf_units(<source>...) - the library "units": all of them, and the
# tables units[] and mutants[] (fuzz/run.h) that name them
function(interleaf_units)
	file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/units)
	foreach(format IN LISTS kut_formats)
		set(dir ${CMAKE_BINARY_DIR}/units/${format})
		file(MAKE_DIRECTORY ${dir})
		set(objects)
		foreach(source IN LISTS ARGN)
			set(defines)
			if(source STREQUAL kut_table)
				set(defines -DUNIT=unit_${format}
					-DUNIT_MUTANT="")
			endif()
			kut_object(object ${source} ${format} ${dir}
				${CMAKE_SOURCE_DIR} ${defines})
			list(APPEND objects ${object})
		endforeach()
		kut_unit(unit_${format} ${objects})
	endforeach()

	# A patch may change any header, so all are copied.
	file(GLOB_RECURSE kut_copied CONFIGURE_DEPENDS
		${CMAKE_SOURCE_DIR}/model/include/*.h
		${CMAKE_SOURCE_DIR}/model/mm/*)
	kut_mutants(${ARGN})

	get_property(names GLOBAL PROPERTY kut_units)
	get_property(objects GLOBAL PROPERTY kut_unit_objects)
	set(kut_externs "")
	set(kut_unit_rows "")
	foreach(unit IN LISTS names)
		string(APPEND kut_externs "extern const struct unit ${unit};\n")
		string(APPEND kut_unit_rows "\t&${unit},\n")
	endforeach()
	configure_file(${CMAKE_SOURCE_DIR}/scripts/cmake/units.c.in
		${CMAKE_BINARY_DIR}/units.c @ONLY)

	add_library(units STATIC ${CMAKE_BINARY_DIR}/units.c ${objects})
	set_source_files_properties(${objects} PROPERTIES
		EXTERNAL_OBJECT ON GENERATED ON)
	target_include_directories(units PRIVATE ${CMAKE_SOURCE_DIR}/fuzz)
	interleaf_bare(units)
endfunction()
