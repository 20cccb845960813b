# One module = one folder = one library = one test program. See docs/architecture.md.

if(BUILD_TESTING AND NOT MATINEE_FUZZ)
  find_package(GTest REQUIRED)
endif()
find_package(Threads REQUIRED)

set_property(GLOBAL PROPERTY MATINEE_MODULE_LINES "")

# matinee_module(<name> [DEPENDS <modules it may include>] [LIBRARIES <link libraries of its .cpp>]
#                [TEST_LIBRARIES <more for its tests>])
function(matinee_module name)
  cmake_parse_arguments(M "" "" "DEPENDS;LIBRARIES;TEST_LIBRARIES" ${ARGN})
  file(GLOB_RECURSE all CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(sources ${all})
  list(FILTER sources EXCLUDE REGEX "(_(test|fuzz)|/main)\\.cpp$")
  set(tests ${all})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  set(fuzzers ${all})
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")

  add_library(matinee_${name} STATIC ${sources})
  target_include_directories(matinee_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  set(linked ${M_DEPENDS})
  list(TRANSFORM linked PREPEND matinee_)
  target_link_libraries(matinee_${name} PUBLIC ${linked} ${M_LIBRARIES} Threads::Threads)

  if(BUILD_TESTING AND tests AND NOT MATINEE_FUZZ)
    add_executable(matinee_${name}_test ${tests})
    target_link_libraries(matinee_${name}_test PRIVATE matinee_${name} GTest::gtest GTest::gmock
                                                       GTest::gtest_main ${M_TEST_LIBRARIES})
    matinee_gtest(${name} matinee_${name}_test)
  endif()
  foreach(fuzzer ${fuzzers})
    matinee_fuzz_target(${name} ${fuzzer})
  endforeach()

  list(JOIN M_DEPENDS "\",\"" depends)
  if(depends)
    set(depends "\"${depends}\"")
  endif()
  set_property(GLOBAL APPEND PROPERTY MATINEE_MODULE_LINES "\"${name}\":[${depends}]")
endfunction()

# Two ctest entries a program: suites whose name starts with Slow are `slow`, the rest `fast`.
# Each leaves a JSON report in build/<preset>/reports, which `./dev test` adds up.
function(matinee_gtest name program)
  set(report ${CMAKE_BINARY_DIR}/reports/${name})
  add_test(NAME ${name} COMMAND ${program} --gtest_filter=-*Slow* --gtest_brief=1
                                --gtest_output=json:${report}.fast.json)
  set_tests_properties(${name} PROPERTIES LABELS fast TIMEOUT 300)
  add_test(NAME ${name}.slow COMMAND ${program} --gtest_filter=*Slow* --gtest_brief=1
                                     --gtest_output=json:${report}.slow.json)
  set_tests_properties(${name}.slow PROPERTIES LABELS slow TIMEOUT 900)
endfunction()

# A fuzz target `<module>_<file>`. With MATINEE_FUZZ it is a libFuzzer program; without, a program
# that replays the committed corpus (tests/corpus/<file>) as a fast test.
function(matinee_fuzz_target module file)
  get_filename_component(stem ${file} NAME_WE)
  string(REGEX REPLACE "_fuzz$" "" target ${stem})
  set(target fuzz_${module}_${target})
  set(corpus ${CMAKE_SOURCE_DIR}/tests/corpus/${module}_${stem})
  if(MATINEE_FUZZ)
    add_executable(${target} ${file})
    target_link_libraries(${target} PRIVATE matinee_${module})
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
  elseif(BUILD_TESTING)
    add_executable(${target} ${file} ${CMAKE_SOURCE_DIR}/tests/replay_corpus.cpp)
    target_link_libraries(${target} PRIVATE matinee_${module})
    add_test(NAME ${target} COMMAND ${target} ${corpus})
    set_tests_properties(${target} PROPERTIES LABELS fast TIMEOUT 120)
  endif()
endfunction()

function(matinee_write_module_graph)
  get_property(lines GLOBAL PROPERTY MATINEE_MODULE_LINES)
  list(JOIN lines ",\n" body)
  file(WRITE ${CMAKE_BINARY_DIR}/modules.json "{\n${body}\n}\n")
  if(BUILD_TESTING)
    add_test(NAME modules COMMAND node ${CMAKE_SOURCE_DIR}/tools/check_modules.mjs
                                  ${CMAKE_BINARY_DIR}/modules.json)
    add_test(NAME docs COMMAND node ${CMAKE_SOURCE_DIR}/tools/check_docs.mjs)
    set_tests_properties(modules docs PROPERTIES LABELS fast)
  endif()
endfunction()
