// A folder into which somebody puts files, looked at now and then: which of them are done being written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace plumbline {

// A file as it stood at one look.
struct SeenFile {
  std::string name;  // within the folder
  std::uint64_t inode = 0;
  std::uint64_t bytes = 0;
  std::int64_t modified_ns = 0;  // since 1970, by the file system
  bool taken = false;

  // Whether it is the same file, unchanged, perhaps under another name.
  bool stood(const SeenFile& before) const {
    return inode == before.inode && bytes == before.bytes && modified_ns == before.modified_ns;
  }
  friend bool operator==(const SeenFile&, const SeenFile&) = default;
};

inline constexpr std::size_t kMostFolderFiles = 4096;

// What stands there now, oldest first: of a folder its files (not those of folders within), of a file itself.
// May wait for a disk. kNotFound where there is no such place, kInvalidInput where it may not be read or has
// more than kMostFolderFiles files.
Result<std::vector<SeenFile>> look_at(const std::string& path);

// One line a file; whatever cannot be read is left out, and its files count as new.
std::string looks_to_text(const std::vector<SeenFile>& files);
std::vector<SeenFile> looks_from_text(std::string_view text);

enum class PlaceKind : std::uint8_t { kFile, kFolder };

struct FolderPlan {
  PlaceKind kind = PlaceKind::kFile;
  std::vector<SeenFile> files{};     // as they are to be remembered; those not taken yet may be marked so
  std::vector<std::size_t> ready{};  // of them: stood unchanged since the look before, and not taken
  std::vector<std::string> passed_over{};  // new ones that are no export by their name
};

// Pure. In a folder a name tells whether a file is meant: .csv, .tsv, .txt and .json, also with .gz; not one
// that begins with . or ~ or ends like something half done (.part, .tmp). Such a file that is renamed to
// another name has stood as well.
FolderPlan plan_folder(const std::vector<SeenFile>& before, std::vector<SeenFile> now, PlaceKind kind);

}  // namespace plumbline
