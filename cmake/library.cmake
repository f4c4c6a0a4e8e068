# hotspot_library(NAME SOURCES a.cc … [LINK targets …])
#
# One static library a folder. Includes are written from the root of the project: "telemetry/units.h".
function(hotspot_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PRIVATE_LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/..)
  target_link_libraries(${name} PUBLIC ${ARG_LINK} PRIVATE hotspot_warnings ${ARG_PRIVATE_LINK})
endfunction()

# hotspot_test(NAME SOURCES a_test.cc … [LINK targets …] [LABELS …])
#
# A GoogleTest program; each TEST is a test of CTest's own. Those with the label `threads` are what the thread sanitizer
# runs; the target `threads_tests` builds them. Tests are compiled without optimization, with lines only for debuggers, and
# without the checks for undefined behaviour, which are for what they test: that takes a quarter of the time.
function(hotspot_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/..)
  target_compile_definitions(${name} PRIVATE HOTSPOT_SOURCE_DIR="${CMAKE_CURRENT_FUNCTION_LIST_DIR}/..")
  target_compile_options(${name} PRIVATE -O0 -g1)
  if(HOTSPOT_SANITIZE)
    target_compile_options(${name} PRIVATE -fno-sanitize=undefined)
  endif()
  if("threads" IN_LIST ARG_LABELS)
    add_dependencies(threads_tests ${name})
  endif()
  target_link_libraries(${name} PRIVATE ${ARG_LINK} hotspot_warnings GTest::gtest GTest::gmock GTest::gtest_main)
  string(JOIN "." label ${ARG_LABELS})  # one word: a list does not survive the discovery
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES LABELS "${label}")
endfunction()
