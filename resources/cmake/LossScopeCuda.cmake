# SPDX-License-Identifier: Apache-2.0
# Whether the CUDA plug-in is built: LOSSSCOPE_CUDA=AUTO builds it where a toolkit is found that works (which is then also
# the check that the kernels compile), ON demands it, OFF never does. A GPU is not needed, nor a CUDA LibTorch.
include_guard(GLOBAL)

set(LOSSSCOPE_CUDA AUTO CACHE STRING "Build the CUDA plug-in: AUTO, ON or OFF")
set_property(CACHE LOSSSCOPE_CUDA PROPERTY STRINGS AUTO ON OFF)
set(LOSSSCOPE_CUDA_OLDEST 12.0)  # of nvcc: the first with C++20

# lossscope_cuda_architectures(nvcc): machine code for every generation from 8.0 on that this nvcc knows, and what the
# driver compiles for cards that come after it or between them.
function(lossscope_cuda_architectures nvcc)
  set(architectures)
  execute_process(COMMAND "${nvcc}" --list-gpu-code OUTPUT_VARIABLE known ERROR_QUIET)
  foreach(generation 80 90 100 120)
    if(known MATCHES "sm_${generation}(\n|$)")
      list(APPEND architectures ${generation}-real)
    endif()
  endforeach()
  if(NOT architectures)
    set(architectures 80-real 90-real)
  endif()
  set(CMAKE_CUDA_ARCHITECTURES ${architectures} 90-virtual PARENT_SCOPE)
endfunction()

# lossscope_why_not(nvcc result): what keeps this nvcc from compiling a file, in its own words.
function(lossscope_why_not nvcc result)
  set(probe "${CMAKE_BINARY_DIR}/CMakeFiles/lossscope_probe.cu")
  file(WRITE "${probe}" "__global__ void nothing() {}\n")
  execute_process(COMMAND "${nvcc}" -c "${probe}" -o "${probe}.o" TIMEOUT 120
    RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said)
  set(why "it does not work with CMake: see ${CMAKE_BINARY_DIR}/CMakeFiles")
  if(NOT status EQUAL 0)
    string(REGEX MATCH "[^\n]*([Ee]rror|fatal)[^\n]*" why "${said}")
    if(NOT why)
      string(REGEX MATCH "[^\n]+" why "${said}${status}")
    endif()
  endif()
  set(${result} "${nvcc} cannot compile here: ${why} (a host compiler that it takes is named by CUDAHOSTCXX)" PARENT_SCOPE)
endfunction()

# lossscope_find_cuda(): enables the language CUDA and sets LOSSSCOPE_HAS_CUDA in the caller's scope.
macro(lossscope_find_cuda)
  set(LOSSSCOPE_HAS_CUDA OFF)
  string(TOUPPER "${LOSSSCOPE_CUDA}" lossscope_cuda_wanted)
  if(NOT lossscope_cuda_wanted STREQUAL "OFF")
    find_program(LOSSSCOPE_NVCC nvcc HINTS ENV CUDA_PATH PATHS /usr/local/cuda PATH_SUFFIXES bin)
    set(lossscope_nvcc "$ENV{CUDACXX}")  # goes before what is found
    if(lossscope_nvcc STREQUAL "" AND LOSSSCOPE_NVCC)
      set(lossscope_nvcc "${LOSSSCOPE_NVCC}")
    endif()
    if(CMAKE_CUDA_COMPILER AND NOT EXISTS "${CMAKE_CUDA_COMPILER}")  # of an earlier time: it may have come or gone since
      unset(CMAKE_CUDA_COMPILER CACHE)
    endif()
    if(CMAKE_CUDA_COMPILER MATCHES "NOTFOUND$")
      unset(CMAKE_CUDA_COMPILER CACHE)
    endif()
    if(lossscope_nvcc AND NOT CMAKE_CUDA_COMPILER)
      set(ENV{CUDACXX} "${lossscope_nvcc}")  # not CMAKE_CUDA_COMPILER, which check_language would believe untried
    endif()
    if(NOT CMAKE_CUDA_ARCHITECTURES AND lossscope_nvcc)
      lossscope_cuda_architectures("${lossscope_nvcc}")
    endif()
    include(CheckLanguage)
    check_language(CUDA)
    if(CMAKE_CUDA_COMPILER)
      enable_language(CUDA)
    endif()
    if(NOT lossscope_nvcc AND NOT CMAKE_CUDA_COMPILER)
      set(lossscope_cuda_problem "no CUDA toolkit (nvcc) was found")
    elseif(NOT CMAKE_CUDA_COMPILER)
      lossscope_why_not("${lossscope_nvcc}" lossscope_cuda_problem)
    elseif(CMAKE_CUDA_COMPILER_VERSION VERSION_LESS LOSSSCOPE_CUDA_OLDEST)
      set(lossscope_cuda_problem
          "nvcc ${CMAKE_CUDA_COMPILER_VERSION} is older than ${LOSSSCOPE_CUDA_OLDEST} and has no C++20")
    else()
      set(LOSSSCOPE_HAS_CUDA ON)
      if(LOSSSCOPE_CCACHE)
        set(CMAKE_CUDA_COMPILER_LAUNCHER "${LOSSSCOPE_CCACHE}")
      endif()
      if(NOT CMAKE_CUDA20_STANDARD_COMPILE_OPTION)  # CMake 3.25 does not know it yet
        set(CMAKE_CUDA20_STANDARD_COMPILE_OPTION "-std=c++20")
        set(CMAKE_CUDA20_EXTENSION_COMPILE_OPTION "-std=c++20")
      endif()
      message(STATUS "CUDA plug-in: nvcc ${CMAKE_CUDA_COMPILER_VERSION} for ${CMAKE_CUDA_ARCHITECTURES}")
    endif()
    if(NOT LOSSSCOPE_HAS_CUDA AND lossscope_cuda_wanted STREQUAL "ON")
      message(FATAL_ERROR "LOSSSCOPE_CUDA is ON, but ${lossscope_cuda_problem}")
    elseif(NOT LOSSSCOPE_HAS_CUDA)
      message(STATUS "CUDA plug-in: not built, ${lossscope_cuda_problem}")
    endif()
  endif()
endmacro()
