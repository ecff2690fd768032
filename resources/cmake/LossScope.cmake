# SPDX-License-Identifier: Apache-2.0
# What every room shares: the language, the warnings, and how a library, a program and a test are declared.
include_guard(GLOBAL)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

option(LOSSSCOPE_WERROR "Treat warnings as errors" ON)
option(LOSSSCOPE_PCH "Precompile the heavy headers" ON)
set(LOSSSCOPE_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined or thread")

find_program(LOSSSCOPE_CCACHE ccache)
if(LOSSSCOPE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros;${LOSSSCOPE_CCACHE}")
endif()

get_filename_component(LOSSSCOPE_ROOT "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)

add_library(lossscope_warnings INTERFACE)
target_compile_options(lossscope_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wnon-virtual-dtor;-Wold-style-cast;-Wconversion;-Wno-sign-conversion>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${LOSSSCOPE_WERROR}>>:-Werror>)
if(LOSSSCOPE_SANITIZE)
  include("${CMAKE_CURRENT_LIST_DIR}/Sanitizers.cmake")
endif()

# lossscope_configure(target): the house's settings for a target of its own.
function(lossscope_configure target)
  target_include_directories(${target} PRIVATE "${LOSSSCOPE_ROOT}")
  target_link_libraries(${target} PRIVATE lossscope_warnings)
  target_compile_definitions(${target} PRIVATE QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII QT_DISABLE_DEPRECATED_BEFORE=0x060400
    LOSSSCOPE_VERSION="${PROJECT_VERSION}")
endfunction()

# lossscope_library(name SOURCES … [PUBLIC …] [PRIVATE …] [PCH …])
function(lossscope_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE;PCH" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  lossscope_configure(${name})
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  if(LOSSSCOPE_PCH AND ARG_PCH)
    target_precompile_headers(${name} PRIVATE ${ARG_PCH})
  endif()
endfunction()

# lossscope_program(name SOURCES … [LINK …] [PCH …])
function(lossscope_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK;PCH" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  lossscope_configure(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  if(LOSSSCOPE_PCH AND ARG_PCH)
    target_precompile_headers(${name} PRIVATE ${ARG_PCH})
  endif()
endfunction()

# lossscope_test_properties(name seconds): the time limit of a test (ten times that under a sanitizer), and what it and
# the programs that it starts find in their environment.
function(lossscope_test_properties name seconds)
  if(LOSSSCOPE_SANITIZE)
    math(EXPR seconds "10 * ${seconds}")
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${seconds}
    ENVIRONMENT "LC_ALL=C.UTF-8;QT_SCALE_FACTOR=1;LOSSSCOPE_BIN=${CMAKE_RUNTIME_OUTPUT_DIRECTORY};${LOSSSCOPE_SANITIZER_ENVIRONMENT}")
endfunction()

# lossscope_fast(test target): a test of seconds that needs no other program. CI builds these under a sanitizer, too, by
# the target fast_tests, and runs them by their label, fast.
if(NOT TARGET fast_tests)
  add_custom_target(fast_tests)
endif()
function(lossscope_fast test target)
  add_dependencies(fast_tests ${target})
  set_property(TEST ${test} APPEND PROPERTY LABELS fast)
endfunction()

# lossscope_test(name SOURCES … [LINK …] [PCH …] [DISPLAY] [FAST] [TIMEOUT seconds]): a GoogleTest program as one ctest
# test. DISPLAY runs it in a virtual X server of its own, FAST: see lossscope_fast.
function(lossscope_test name)
  cmake_parse_arguments(ARG "DISPLAY;FAST" "TIMEOUT" "SOURCES;LINK;PCH" ${ARGN})
  lossscope_program(${name} SOURCES ${ARG_SOURCES} LINK ${ARG_LINK} PCH ${ARG_PCH})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  if(ARG_DISPLAY)
    add_test(NAME ${name} COMMAND "${LOSSSCOPE_ROOT}/resources/setup/with-display" $<TARGET_FILE:${name}>)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
  else()
    add_test(NAME ${name} COMMAND ${name})
  endif()
  lossscope_test_properties(${name} ${ARG_TIMEOUT})
  if(ARG_FAST)
    lossscope_fast(${name} ${name})
  endif()
endfunction()
