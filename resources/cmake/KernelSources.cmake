# SPDX-License-Identifier: Apache-2.0
# A hash of the files that the CUDA kernels are made of, so that a program knows a plug-in of another state of the source.
#   cmake -DROOT=FOLDER_OF_THE_SOURCE -DOUT=FILE.cpp -P KernelSources.cmake

# lossscope_kernel_files(result root): the losses' formulas, the kernels, and what both include. A configure looks again
# when files come or go.
function(lossscope_kernel_files result root)
  set(again CONFIGURE_DEPENDS)
  if(CMAKE_SCRIPT_MODE_FILE)
    set(again "")
  endif()
  file(GLOB files ${again} "${root}/losses/*.h" "${root}/losses/functions/*.h" "${root}/losses/drivers/*.h"
    "${root}/losses/drivers/cuda/*.h" "${root}/losses/drivers/cuda/*.cu")
  set(${result} ${files} PARENT_SCOPE)
endfunction()

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  lossscope_kernel_files(files "${ROOT}")
  set(all "")
  foreach(file IN LISTS files)
    file(RELATIVE_PATH name "${ROOT}" "${file}")  # the same hash wherever the source lies
    file(SHA256 "${file}" hash)
    string(APPEND all "${name} ${hash}\n")
  endforeach()
  string(SHA256 all "${all}")
  string(SUBSTRING "${all}" 0 16 all)
  file(WRITE "${OUT}" "#include <cstdint>\n\nnamespace lossscope::cuda {\n\nextern const std::uint64_t kKernelSources;\n"
    "const std::uint64_t kKernelSources = 0x${all};\n\n}  // namespace lossscope::cuda\n")
endif()
