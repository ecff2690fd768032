// SPDX-License-Identifier: Apache-2.0
// What lies at the path, and what its name says.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "tests/corpus/nifti_files.h"

namespace lossscope::corpus {
namespace {

Case& add_prepared(Corpus& corpus, const std::string& name, const std::string& file, const std::string& code,
                   std::function<void(const std::string&)> prepare) {
  corpus.cases.push_back({.name = "path_" + name,
                          .file = file,
                          .files = {},
                          .prepare = std::move(prepare),
                          .code = code,
                          .flags = {},
                          .voxels = {},
                          .grid = {},
                          .memory = {},
                          .loss = {}});
  return corpus.cases.back();
}

void make_socket(const std::string& path) {
  const int file = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, std::min(path.size(), sizeof(address.sun_path) - 1));
  (void)::bind(file, reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  ::close(file);
}

void add_special_files(Corpus& corpus) {
  namespace fs = std::filesystem;
  add_prepared(corpus, "missing", "absent.nii", "E_MISSING", {});
  add_prepared(corpus, "under_a_file", "file/volume.nii", "E_MISSING", {}).beside("file", "x");
  add_prepared(corpus, "name_too_long", std::string(300, 'n') + ".nii", "E_MISSING", {});
  add_prepared(corpus, "dangling_link", "link.nii", "E_MISSING",
               [](const std::string& folder) { fs::create_symlink("nowhere.nii", folder + "/link.nii"); });
  add_prepared(corpus, "link_loop", "a.nii", "E_LINKS", [](const std::string& folder) {
    fs::create_symlink("b.nii", folder + "/a.nii");
    fs::create_symlink("a.nii", folder + "/b.nii");
  });
  add_prepared(corpus, "good_link", "link.nii", "",
               [](const std::string& folder) { fs::create_symlink("volume.nii", folder + "/link.nii"); })
      .beside("volume.nii", file_of(good()))
      .gives(counting(24));
  add_prepared(corpus, "fifo", "pipe.nii", "E_NOT_A_FILE",
               [](const std::string& folder) { (void)::mkfifo((folder + "/pipe.nii").c_str(), 0600); });
  add_prepared(corpus, "socket", "socket.nii", "E_NOT_A_FILE",
               [](const std::string& folder) { make_socket(folder + "/socket.nii"); });
  add_prepared(corpus, "device", "zero.nii", "E_NOT_A_FILE",
               [](const std::string& folder) { fs::create_symlink("/dev/zero", folder + "/zero.nii"); });
  add_prepared(corpus, "no_permission", "secret.nii", "E_PERMISSION",
               [](const std::string& folder) { fs::permissions(folder + "/secret.nii", fs::perms::none); })
      .beside("secret.nii", file_of(good()))
      .not_as_root = true;
  add_prepared(corpus, "empty_folder", "", "E_DICOM_EMPTY", {});
  add_prepared(corpus, "folder_of_text", "", "E_DICOM_EMPTY", {}).beside("readme.txt", "text").beside("b.txt", "more");
  add_prepared(corpus, "folder_with_a_fifo", "", "E_DICOM_EMPTY",
               [](const std::string& folder) { (void)::mkfifo((folder + "/pipe").c_str(), 0600); });
}

void add_path_names(Corpus& corpus) {
  const Bytes good_file = file_of(good());
  corpus.add("path_empty_file", "empty.nii", {}, "E_EMPTY");
  corpus.add("path_newline", "two\nlines.nii", good_file).gives(counting(24));
  corpus.add("path_turned_writing", "a\u202Egnp.nii", good_file).gives(counting(24));
  corpus.add("path_not_utf8", "k\xf6pf.nii", good_file).gives(counting(24));
  corpus.add("path_leading_dash", "-volume.nii", good_file).gives(counting(24));
  corpus.add("path_upper_case", "VOLUME.NII", good_file).gives(counting(24));
  corpus.add("path_upper_case_gz", "VOLUME.NII.GZ", gzipped(good_file)).gives(counting(24));
  corpus.add("path_mixed_case_gz", "Volume.Nii.Gz", gzipped(good_file)).gives(counting(24));
  corpus.add("path_packed_twice", "volume.nii.gz", gzipped(gzipped(good_file)), "E_FORMAT");
  corpus.add("path_no_ending", "volume", good_file, "E_FORMAT");
  corpus.add("path_other_ending", "volume.dat", good_file, "E_FORMAT");
  for (const char* ending : {"nrrd", "mha", "png", "tif", "dcm"}) {
    corpus.add(std::string("path_nifti_named_") + ending, std::string("volume.") + ending, good_file, "E_FORMAT");
  }
  const Bytes text(5000, 't'), noise = deflated(Bytes(3000, 'q') + "noise", 15);
  for (const char* ending : {"nii", "nii.gz", "nrrd", "nhdr", "mha", "mhd", "png", "tif", "dcm"}) {
    corpus.add(std::string("path_text_named_") + ending, std::string("text.") + ending, text, "E_FORMAT");
  }
  corpus.add("path_noise_named_nii", "noise.nii", noise + Bytes(400, '\x7f'), "E_FORMAT");
}

}  // namespace

void add_path_cases(Corpus& corpus) {
  add_special_files(corpus);
  add_path_names(corpus);
}

}  // namespace lossscope::corpus
