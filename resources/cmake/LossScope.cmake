# SPDX-License-Identifier: Apache-2.0
# What every room shares: the language, the warnings, and how a library, a program and a test are declared.
include_guard(GLOBAL)
include(CheckCXXCompilerFlag)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

option(LOSSSCOPE_WERROR "Treat warnings as errors: for developers, never for whoever installs" OFF)
option(LOSSSCOPE_UNITY "Compile what is marked UNITY several files at a time: for whoever builds once" OFF)
set(LOSSSCOPE_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined or thread")

find_program(LOSSSCOPE_CCACHE ccache)
if(LOSSSCOPE_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros;${LOSSSCOPE_CCACHE}")
endif()

# WIRING: -O1. GCC 13 and newer turn these two on at -O2, and take no precompiled header that was made with other settings.
set(LOSSSCOPE_WIRING_OPTIONS -O1)
check_cxx_compiler_flag(-munroll-only-small-loops LOSSSCOPE_HAS_UNROLL_ONLY_SMALL_LOOPS)
if(LOSSSCOPE_HAS_UNROLL_ONLY_SMALL_LOOPS)
  list(APPEND LOSSSCOPE_WIRING_OPTIONS -munroll-only-small-loops -mvzeroupper)
endif()

get_filename_component(LOSSSCOPE_ROOT "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
include("${CMAKE_CURRENT_LIST_DIR}/Precompiled.cmake")

add_library(lossscope_warnings INTERFACE)
target_compile_options(lossscope_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wpedantic;-Wshadow;-Wnon-virtual-dtor;-Wold-style-cast;-Wconversion;-Wno-sign-conversion>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${LOSSSCOPE_WERROR}>>:-Werror>)
if(LOSSSCOPE_WERROR AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Wrong about std::string where less is inlined: https://gcc.gnu.org/bugzilla/show_bug.cgi?id=105651
  target_compile_options(lossscope_warnings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Wno-error=array-bounds>
    $<$<COMPILE_LANGUAGE:CXX>:-Wno-error=restrict> $<$<COMPILE_LANGUAGE:CXX>:-Wno-error=stringop-overflow>
    $<$<COMPILE_LANGUAGE:CXX>:-Wno-error=free-nonheap-object>)
endif()
if(LOSSSCOPE_SANITIZE)
  include("${CMAKE_CURRENT_LIST_DIR}/Sanitizers.cmake")
endif()

# lossscope_configure(target): the house's settings for a target of its own.
function(lossscope_configure target)
  target_include_directories(${target} PRIVATE "${LOSSSCOPE_ROOT}")
  target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:lossscope_warnings>)  # not of who uses an installed library
  target_compile_definitions(${target} PRIVATE QT_NO_KEYWORDS QT_NO_CAST_FROM_ASCII QT_DISABLE_DEPRECATED_BEFORE=0x060400
    LOSSSCOPE_VERSION="${PROJECT_VERSION}")
endfunction()

# lossscope_settings(target): what libraries, programs and tests are asked for alike; reads the caller's ARG_…
#   WIRING   nothing here loops over voxels: -O1, which compiles in two thirds of the time
#   LOOPS    here vectors count: -O3, CMake's own for Release; all else is compiled with -O2, a fifth faster
#   UNITY    with LOSSSCOPE_UNITY, twelve files are compiled as one: headers and templates once for all of them. What they keep
#            to themselves in unnamed namespaces then needs names of its own
#   MOC      has classes with Q_OBJECT
#   PCH set  is compiled with a set of Precompiled.cmake
function(lossscope_settings target)
  lossscope_configure(${target})
  if(ARG_WIRING)
    target_compile_options(${target} PRIVATE "$<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CONFIG:Release>>:${LOSSSCOPE_WIRING_OPTIONS}>")
  elseif(NOT ARG_LOOPS)
    target_compile_options(${target} PRIVATE $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CONFIG:Release>>:-O2>)
  endif()
  if(ARG_UNITY AND LOSSSCOPE_UNITY)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)  # GCC takes files that are included for headers
  endif()
  if(ARG_MOC)
    set_target_properties(${target} PROPERTIES AUTOMOC ON)
  endif()
  if(ARG_PCH STREQUAL "torch" AND ARG_UNITY AND LOSSSCOPE_UNITY)
    set(ARG_PCH)  # four compilations in all read LibTorch's headers: that takes less than precompiling them
  endif()
  if(ARG_PCH)
    lossscope_precompiled(${target} ${ARG_PCH})
  endif()
endfunction()

# lossscope_library(name SOURCES … [PUBLIC …] [PRIVATE …] [WIRING] [LOOPS] [UNITY] [MOC] [PCH set])
function(lossscope_library name)
  cmake_parse_arguments(ARG "WIRING;LOOPS;UNITY;MOC" "PCH" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE})
  lossscope_settings(${name})
endfunction()

# lossscope_program(name SOURCES … [LINK …] [WIRING] [UNITY] [PCH set])
function(lossscope_program name)
  cmake_parse_arguments(ARG "WIRING;UNITY" "PCH" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE ${ARG_LINK})
  lossscope_settings(${name})
endfunction()

# lossscope_test_properties(name seconds [NAME=VALUE…]): the time limit of a test (ten times that under a sanitizer), and
# what it and the programs that it starts find in their environment.
function(lossscope_test_properties name seconds)
  if(LOSSSCOPE_SANITIZE)
    math(EXPR seconds "10 * ${seconds}")
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${seconds}
    ENVIRONMENT "LC_ALL=C.UTF-8;QT_SCALE_FACTOR=1;LOSSSCOPE_BIN=${CMAKE_RUNTIME_OUTPUT_DIRECTORY};${LOSSSCOPE_SANITIZER_ENVIRONMENT};${ARGN}")
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

# lossscope_test(name SOURCES … [LINK …] [PCH set] [UNITY] [DISPLAY] [FAST] [SHARDS n] [TIMEOUT seconds]): a GoogleTest program,
# compiled without optimisation unless with another PCH than gtest's or qtest's. One ctest test, or n that share its cases out, so that
# none takes long. DISPLAY runs it in a virtual X server of its own, FAST: see lossscope_fast.
function(lossscope_test name)
  cmake_parse_arguments(ARG "UNITY;DISPLAY;FAST" "PCH;SHARDS;TIMEOUT" "SOURCES;LINK" ${ARGN})
  if(NOT ARG_PCH)
    set(ARG_PCH gtest)
  endif()
  if(NOT ARG_SHARDS)
    set(ARG_SHARDS 1)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 1800)  # of a test that hangs: one of seconds takes ten minutes at a load of 20
  endif()
  set(unity)
  if(ARG_UNITY)
    set(unity UNITY)
  endif()
  lossscope_program(${name} WIRING ${unity} SOURCES ${ARG_SOURCES} LINK ${ARG_LINK} PCH ${ARG_PCH})
  if(ARG_PCH STREQUAL "qtest" AND Qt6_VERSION VERSION_GREATER_EQUAL 6.7)
    target_compile_options(${name} PRIVATE -Wno-conversion)  # Qt's own QTRY macros make an int of milliseconds since then
  endif()
  set(command $<TARGET_FILE:${name}>)
  if(ARG_DISPLAY)
    list(PREPEND command "${LOSSSCOPE_ROOT}/resources/setup/with-display")
  endif()
  foreach(shard RANGE 1 ${ARG_SHARDS})
    set(test ${name})
    if(ARG_SHARDS GREATER 1)
      string(APPEND test "_${shard}")
    endif()
    math(EXPR index "${shard} - 1")
    add_test(NAME ${test} COMMAND ${command})
    lossscope_test_properties(${test} ${ARG_TIMEOUT} GTEST_TOTAL_SHARDS=${ARG_SHARDS} GTEST_SHARD_INDEX=${index})
    if(ARG_FAST)
      lossscope_fast(${test} ${name})
    endif()
    if(ARG_DISPLAY)
      set_tests_properties(${test} PROPERTIES RUN_SERIAL ON)
    endif()
  endforeach()
endfunction()
