# Fuzz targets: one executable per scenario, built for whatever engine there
# is. fuzz/target.c is the same for all of them.
#
#	clang, INTERLEAF_ENGINE=libfuzzer	-fsanitize=fuzzer
#	afl-clang-fast				AFL++'s persistent driver
#	LIB_FUZZING_ENGINE set			that; linked as C++
#	always					<target>_replay, no engine

set(INTERLEAF_ENGINE "" CACHE STRING "Fuzz engine: libfuzzer, afl or none")
set(LIB_FUZZING_ENGINE "$ENV{LIB_FUZZING_ENGINE}" CACHE STRING
	"Library or flag that brings a fuzz engine's main()")

set(engine ${LIB_FUZZING_ENGINE})
if(NOT engine AND (INTERLEAF_ENGINE OR INTERLEAF_AFL))
	set(engine -fsanitize=fuzzer)
endif()
if(INTERLEAF_ENGINE STREQUAL "afl" AND NOT INTERLEAF_AFL)
	message(FATAL_ERROR "AFL++ needs its compiler: "
		"set CMAKE_C_COMPILER=afl-clang-fast, or use --preset afl")
endif()
if(INTERLEAF_ENGINE STREQUAL "libfuzzer" AND
   NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
	message(FATAL_ERROR "libFuzzer needs clang: "
		"set CMAKE_C_COMPILER=clang, or use --preset libfuzzer")
endif()
if(LIB_FUZZING_ENGINE)
	enable_language(CXX)
endif()

add_library(feedback OBJECT fuzz/feedback.c)
interleaf_bare(feedback)

add_library(replayer OBJECT fuzz/replayer.c)
interleaf_bare(replayer)

# interleaf_target(<scenario>) - its fuzzer, and its replayer
function(interleaf_target scenario)
	string(REPLACE "-" "_" name ${scenario})
	set(dir ${CMAKE_BINARY_DIR}/fuzzers)

	add_executable(${name}_replay fuzz/target.c
		$<TARGET_OBJECTS:feedback> $<TARGET_OBJECTS:replayer>)
	interleaf_bare(${name}_replay)
	set(targets ${name}_replay)

	if(engine)
		add_executable(${name}_fuzzer fuzz/target.c
			$<TARGET_OBJECTS:feedback>)
		if(engine STREQUAL "-fsanitize=fuzzer" AND NOT INTERLEAF_AFL)
			target_compile_options(${name}_fuzzer PRIVATE
				-fsanitize=fuzzer-no-link)
		endif()
		target_link_libraries(${name}_fuzzer PRIVATE ${engine})
		if(LIB_FUZZING_ENGINE)
			set_target_properties(${name}_fuzzer PROPERTIES
				LINKER_LANGUAGE CXX)
		endif()
		list(APPEND targets ${name}_fuzzer)
	endif()

	foreach(target IN LISTS targets)
		target_compile_definitions(${target} PRIVATE
			TARGET_SCENARIO="${scenario}")
		target_link_libraries(${target} PRIVATE fuzz_core)
		set_target_properties(${target} PROPERTIES
			RUNTIME_OUTPUT_DIRECTORY ${dir})
	endforeach()
endfunction()

# The engine's own cost, for scripts/bench.sh.
if(engine)
	add_executable(empty_fuzzer EXCLUDE_FROM_ALL fuzz/empty_target.c)
	if(engine STREQUAL "-fsanitize=fuzzer" AND NOT INTERLEAF_AFL)
		target_compile_options(empty_fuzzer PRIVATE
			-fsanitize=fuzzer-no-link)
	endif()
	target_link_libraries(empty_fuzzer PRIVATE ${engine})
	set_target_properties(empty_fuzzer PROPERTIES
		RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/fuzzers)
endif()
