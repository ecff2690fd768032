# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts where (FHS), and the Debian package that `cpack -G DEB` makes of it in the build folder.
# Programs lie together in lib/lossscope, for the helpers are found beside the program; bin has a link. No path of the
# build tree is in what is installed, so that the whole may be moved.
include(GNUInstallDirs)
set(docs "${CMAKE_INSTALL_DATADIR}/doc/lossscope")
set(packaging "${PROJECT_SOURCE_DIR}/resources/packaging")
set(LOSSSCOPE_PROGRAMS_DIR "${CMAKE_INSTALL_LIBDIR}/lossscope")
if(CMAKE_INSTALL_LIBDIR MATCHES "^lib")
  set(LOSSSCOPE_PROGRAMS_DIR "lib/lossscope")
endif()

install(TARGETS lossscope lossscope-reader lossscope-models RUNTIME DESTINATION "${LOSSSCOPE_PROGRAMS_DIR}")
install(CODE "
  set(bin \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\")
  file(MAKE_DIRECTORY \"\${bin}\")
  file(CREATE_LINK \"../${LOSSSCOPE_PROGRAMS_DIR}/lossscope\" \"\${bin}/lossscope\" SYMBOLIC)")

configure_file("${packaging}/org.lossscope.LossScope.metainfo.xml.in" "${PROJECT_BINARY_DIR}/org.lossscope.LossScope.metainfo.xml" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/org.lossscope.LossScope.metainfo.xml" DESTINATION "${CMAKE_INSTALL_DATADIR}/metainfo")
install(FILES "${packaging}/lossscope.desktop" DESTINATION "${CMAKE_INSTALL_DATADIR}/applications")
install(FILES "${packaging}/lossscope.svg" DESTINATION "${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps")
install(FILES "${packaging}/lossscope.xml" DESTINATION "${CMAKE_INSTALL_DATADIR}/mime/packages")
install(FILES "${packaging}/lossscope.bash" DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME lossscope)
install(FILES "${packaging}/_lossscope" DESTINATION "${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions")
install(FILES "${packaging}/copyright" README.md CHANGELOG.md DESTINATION "${docs}")
install(DIRECTORY resources/manual resources/pictures DESTINATION "${docs}/resources")

# The losses as a library: find_package(LossScope), as resources/examples/losses does. Not in the Debian package, whose
# libraries would be one of their own (-dev).
include(CMakePackageConfigHelpers)
set(config "${CMAKE_INSTALL_LIBDIR}/cmake/LossScope")
target_include_directories(lossscope_losses INTERFACE "$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/lossscope>")
target_compile_features(lossscope_losses INTERFACE cxx_std_20)
set_target_properties(lossscope_losses PROPERTIES EXPORT_NAME losses)
set_target_properties(lossscope_kernel_sources PROPERTIES EXPORT_NAME kernel_sources)
install(TARGETS lossscope_losses lossscope_kernel_sources EXPORT LossScopeTargets ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT library)
install(EXPORT LossScopeTargets NAMESPACE LossScope:: DESTINATION "${config}" COMPONENT library)
install(DIRECTORY losses basics DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/lossscope" COMPONENT library FILES_MATCHING PATTERN "*.h"
  PATTERN drivers/autograd EXCLUDE PATTERN json EXCLUDE)
configure_package_config_file("${packaging}/LossScopeConfig.cmake.in" "${PROJECT_BINARY_DIR}/LossScopeConfig.cmake"
  INSTALL_DESTINATION "${config}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/LossScopeConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/LossScopeConfig.cmake" "${PROJECT_BINARY_DIR}/LossScopeConfigVersion.cmake"
  DESTINATION "${config}" COMPONENT library)

# A man page of the program and one of each subcommand, of what its --help says; at install time, for they run it.
find_program(LOSSSCOPE_HELP2MAN help2man)
find_program(LOSSSCOPE_GZIP gzip)
configure_file("${packaging}/changelog.in" "${PROJECT_BINARY_DIR}/changelog" @ONLY)
install(CODE "
  execute_process(COMMAND \"${packaging}/install_pages.sh\" \"$<TARGET_FILE:lossscope>\" \"${PROJECT_BINARY_DIR}/changelog\"
    \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_DATADIR}\" \"${LOSSSCOPE_HELP2MAN}\" COMMAND_ERROR_IS_FATAL ANY)")

if(LOSSSCOPE_HAS_PYTHON)
  install(TARGETS lossscope_python LIBRARY DESTINATION lib/python3/dist-packages/lossscope)
  install(DIRECTORY "${PROJECT_BINARY_DIR}/python/lossscope" DESTINATION lib/python3/dist-packages
    PATTERN __pycache__ EXCLUDE PATTERN "*.so" EXCLUDE)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_INSTALL_CMAKE_PROJECTS "${PROJECT_BINARY_DIR};LossScope;Unspecified;/")  # all but the library
set(CPACK_PACKAGE_NAME lossscope)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_CONTACT "LossScope maintainers <maintainers@lossscope.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "see what a segmentation loss does, voxel by voxel")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "LossScope opens an image, a mask and a prediction (NIfTI, NRRD,
MetaImage, DICOM, NumPy, pictures) and lays over them how much every
voxel adds to a loss and which way its gradient pulls: in a window, as
figures and reports from the command line, and as numbers in Python.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "fonts-dejavu-core, libgl1-mesa-dri, qt6-qpa-plugins")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "mricron-data")
if(LOSSSCOPE_HAS_PYTHON)
  math(EXPR next "${LOSSSCOPE_PYTHON_MINOR} + 1")  # a module is built for one version
  string(APPEND CPACK_DEBIAN_PACKAGE_DEPENDS
    ", python3 (>= 3.${LOSSSCOPE_PYTHON_MINOR}), python3 (<< 3.${next}), python3-numpy")
  set(CPACK_DEBIAN_PACKAGE_SUGGESTS "python3-torch")
  set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA "${packaging}/postinst;${packaging}/prerm")
  set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
endif()
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
include(CPack)
