// A disk in memory that breaks when a test says so: at its n-th change it is full, answers with an error,
// writes half of what it was given, or loses power. What was written and not synced is then lost, or kept, or
// torn, whatever a real disk might do. memory_vfs.h puts SQLite on it.
//
// Not safe for several threads at once; the VFS sees to that.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <span>
#include <string>
#include <vector>

namespace plumbline {

enum class FaultKind : std::uint8_t {
  kFull,        // the call takes no byte and says that the disk is full
  kShortWrite,  // a write takes half of its bytes, then the disk is full
  kIoError,     // the call does nothing and fails
  kPowerLoss,   // nothing reaches the disk any more, until power_up()
};

struct DiskFault {
  std::int64_t at = 0;  // counted from 1, in calls that change the disk
  FaultKind kind = FaultKind::kIoError;
  bool stays = false;  // whether all later changes fail, too, until repair()
};

// What became of that which was written and not synced.
enum class Unsynced : std::uint8_t {
  kKept,  // as if only the program had been killed
  kLost,
  kTorn,  // each write by chance: kept, lost, or its first sectors alone
};

// What a change comes to. Where `fault` is null the caller does it.
enum class DiskAnswer : std::uint8_t { kDone, kFull, kShortWrite, kIoError };

using FileNumber = std::size_t;
inline constexpr FileNumber kNoFile = std::numeric_limits<FileNumber>::max();

class MemoryDisk {
 public:
  static constexpr std::size_t kSectorBytes = 512;

  // ---- What a test does.
  void break_at(const DiskFault& fault) {
    fault_ = fault;
    fault_.at += calls_;
    has_fault_ = true;
  }
  // As it is now all works again.
  void repair() { has_fault_ = false; }
  bool is_off() const { return is_off_; }
  // Whether the fault has come.
  bool has_failed() const { return has_failed_; }
  // After a loss of power, and with nothing open any more.
  void power_up(Unsynced unsynced, std::uint32_t seed);
  // Calls that changed the disk, or tried to, since it was made.
  std::int64_t calls() const { return calls_; }
  // Of those, how many were syncs.
  std::int64_t syncs() const { return syncs_; }
  // Writes all files into a folder of the real disk, under the last parts of their names.
  void write_to(const std::string& folder) const;

  // ---- What a program does. Each change asks for an answer first, and is then done in full.
  FileNumber find(const std::string& name) const;
  FileNumber create(const std::string& name, DiskAnswer& answer);
  FileNumber create_nameless();
  DiskAnswer remove(const std::string& name, bool synced);
  std::size_t size(FileNumber file) const { return files_.at(file).now.size(); }
  // How many bytes there were.
  std::size_t read(FileNumber file, std::size_t offset, std::span<std::uint8_t> bytes) const;
  DiskAnswer write(FileNumber file, std::size_t offset, std::span<const std::uint8_t> bytes);
  DiskAnswer truncate(FileNumber file, std::size_t size);
  DiskAnswer sync(FileNumber file);
  // Any other change: memory shared between programs grows.
  DiskAnswer change() { return next_call(); }

 private:
  using Bytes = std::vector<std::uint8_t>;
  struct Change {
    std::size_t offset = 0;
    Bytes bytes{};
    bool is_truncation = false;  // to `offset` bytes
  };
  struct File {
    Bytes now{};
    Bytes synced{};
    std::vector<Change> unsynced{};
    bool has_name = true;
  };

  static void apply(const Change& change, Bytes& bytes);
  static void settle(File& file, Unsynced unsynced, std::minstd_rand& chance);
  DiskAnswer next_call();

  std::map<FileNumber, File> files_;
  std::map<std::string, FileNumber> names_;
  std::map<std::string, FileNumber> synced_names_;
  FileNumber next_file_ = 0;
  std::int64_t calls_ = 0;
  std::int64_t syncs_ = 0;
  DiskFault fault_{};
  bool has_fault_ = false;
  bool has_failed_ = false;
  bool is_off_ = false;
};

}  // namespace plumbline
