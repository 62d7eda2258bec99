// SHA-256 of the files of a sync, so that whoever has a file can tell which entry of the audit log is about
// it. Worked out by a thread of its own while the files are read.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "records/data_folder.h"
#include "records/input_file.h"

namespace plumbline {

// For one thread. Gives up, and waits for its own, when it is destroyed.
class FileDigests {
 public:
  // The files outlive this.
  explicit FileDigests(const std::vector<DataFile>& files);
  FileDigests(const FileDigests&) = delete;
  FileDigests& operator=(const FileDigests&) = delete;

  // Notes what the files are, and begins. Errors are of files that cannot be opened.
  Status begin();
  // Of each of the files, in their order, as 64 hexadecimal digits; waits until they are there. Once.
  // ErrorCode::kConflict where a file was written to since begin(): what was read is then not what was
  // hashed.
  Result<std::vector<std::string>> finish();

 private:
  // A JSON file stands in the folder once for each object it holds, and is hashed once.
  struct OneFile {
    const DataFile* file = nullptr;
    FileStamp stamp{};
    std::string digest{};
    std::optional<Error> failure{};
  };

  const std::vector<DataFile>& files_;
  std::map<std::string, OneFile> by_path_;
  std::jthread worker_;  // after what it works on
};

}  // namespace plumbline
