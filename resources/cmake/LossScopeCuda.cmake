# SPDX-License-Identifier: Apache-2.0
# Whether the CUDA plug-in is built: LOSSSCOPE_CUDA=AUTO builds it where a toolkit is found (which is then also the
# check that the kernels compile), ON demands it, OFF never does. A GPU is not needed, nor a CUDA LibTorch.
include_guard(GLOBAL)

set(LOSSSCOPE_CUDA AUTO CACHE STRING "Build the CUDA plug-in: AUTO, ON or OFF")
set_property(CACHE LOSSSCOPE_CUDA PROPERTY STRINGS AUTO ON OFF)
set(LOSSSCOPE_CUDA_OLDEST 12.0)  # of nvcc: the first with C++20

# lossscope_find_cuda(): enables the language CUDA and sets LOSSSCOPE_HAS_CUDA in the caller's scope.
macro(lossscope_find_cuda)
  set(LOSSSCOPE_HAS_CUDA OFF)
  if(NOT LOSSSCOPE_CUDA STREQUAL "OFF")
    find_program(LOSSSCOPE_NVCC nvcc HINTS ENV CUDACXX ENV CUDA_PATH PATHS /usr/local/cuda PATH_SUFFIXES bin)
    if(LOSSSCOPE_NVCC AND NOT CMAKE_CUDA_COMPILER)
      set(CMAKE_CUDA_COMPILER "${LOSSSCOPE_NVCC}")
    endif()
    # 8.0 and 9.0 as machine code, and the latter for whatever comes after it.
    if(NOT CMAKE_CUDA_ARCHITECTURES)
      set(CMAKE_CUDA_ARCHITECTURES 80-real 90-real 90-virtual)
    endif()
    include(CheckLanguage)
    check_language(CUDA)
    if(CMAKE_CUDA_COMPILER)
      enable_language(CUDA)
    endif()
    if(NOT CMAKE_CUDA_COMPILER)
      set(lossscope_cuda_problem "no CUDA toolkit (nvcc) was found")
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
    if(NOT LOSSSCOPE_HAS_CUDA AND LOSSSCOPE_CUDA STREQUAL "ON")
      message(FATAL_ERROR "LOSSSCOPE_CUDA is ON, but ${lossscope_cuda_problem}")
    elseif(NOT LOSSSCOPE_HAS_CUDA)
      message(STATUS "CUDA plug-in: not built, ${lossscope_cuda_problem}")
    endif()
  endif()
endmacro()
