# Flags of our own files. Code under test has its own, fixed set: Units.cmake.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

set(INTERLEAF_SANITIZE "" CACHE STRING
	"Sanitizers of our own files: address, undefined or both with a comma")

add_compile_options(-fno-PIE
	-Wall -Wextra -Werror -Wshadow -Wundef -Wvla
	$<$<COMPILE_LANGUAGE:C>:-Wmissing-prototypes>
	$<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
	-fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)
add_link_options(-no-pie)
add_compile_definitions(_GNU_SOURCE=)

if(INTERLEAF_SANITIZE)
	add_compile_options(-fno-omit-frame-pointer
		-fsanitize=${INTERLEAF_SANITIZE}
		-fno-sanitize-recover=all)
	add_link_options(-fsanitize=${INTERLEAF_SANITIZE})
endif()

# A fiber is left for good when its run ends: no fake stacks.
if("${INTERLEAF_SANITIZE} ${CMAKE_C_FLAGS}" MATCHES "address")
	if(CMAKE_C_COMPILER_ID MATCHES "Clang")
		# clang warns where it means nothing: in assembly.
		add_compile_options(
			$<$<COMPILE_LANGUAGE:C>:-fsanitize-address-use-after-return=never>)
	else()
		add_compile_options("SHELL:--param asan-use-after-return=0")
	endif()
endif()

# interleaf_bare(<target>) - no coverage instrumentation, whatever the engine:
# the schedule is the signal (fuzz/feedback.c), not the simulator's branches.
function(interleaf_bare target)
	if(CMAKE_C_COMPILER_ID MATCHES "Clang")
		target_compile_options(${target} PRIVATE
			-fno-sanitize=fuzzer,fuzzer-no-link)
	endif()
	if(INTERLEAF_AFL)
		set_target_properties(${target} PROPERTIES C_COMPILER_LAUNCHER
			"${CMAKE_COMMAND};-E;env;AFL_NOOPT=1")
	endif()
endfunction()

get_filename_component(cc_name "${CMAKE_C_COMPILER}" NAME)
if(cc_name MATCHES "^afl-")
	set(INTERLEAF_AFL ON)
else()
	set(INTERLEAF_AFL OFF)
endif()
