// Waiting until somebody saves a file, whichever way their editor does that.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace plumbline {

// How long after its last sign of life a save counts as over, and after how long at most it is looked at,
// over or not.
inline constexpr std::chrono::milliseconds kSaveIsOverAfter{10};
inline constexpr std::chrono::milliseconds kLongestSave{50};

// Symbolic links followed on the way to a file.
inline constexpr int kMostLinksFollowed = 40;

// Tells of changes to files by inotify on the folders they are in: files are written in place, written beside
// and renamed, deleted and made anew, and reached through links that change. What is mounted from another
// machine is not seen to change there. One thread.
class FileWatch {
 public:
  static Result<FileWatch> create();

  FileWatch(FileWatch&& other) noexcept;
  FileWatch& operator=(FileWatch&&) = delete;
  ~FileWatch();

  // From now on these files, whether or not they exist. Links and folders on the way are looked up anew, so
  // it is to be called after each change, before the files are read. kUnavailable where a folder on the way
  // cannot be watched.
  Status follow(const std::vector<std::string>& files);

  // Returns once something happened to one of the files and the save is over. kUnavailable where the system
  // fails.
  Status wait();
  // Whether wait() would return by now, so that idle work is left for it.
  bool has_news();

 private:
  // What the last sign of a save says.
  enum class Save : std::uint8_t { kNone, kUnderWay, kOver };

  explicit FileWatch(int descriptor) : descriptor_(descriptor) {}
  using Names = std::map<int, std::set<std::string>>;
  Status follow_path(const std::string& file, Names& names) const;
  Status add(const std::string& folder, const std::string& name, Names& names) const;
  // False where nothing came in time.
  Result<bool> has_come(std::chrono::milliseconds within) const;
  Result<Save> read_signs();
  Save sign_of(int folder, std::uint32_t what, std::string_view name) const;

  int descriptor_;
  Names names_;              // watched names, by the folder's watch
  Save seen_ = Save::kNone;  // by has_news(), for wait()
};

}  // namespace plumbline
