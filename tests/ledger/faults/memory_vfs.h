// SQLite's way to a MemoryDisk: files, their locks, and the memory that the write-ahead log shares.
#pragma once

#include <memory>
#include <string>

#include "tests/ledger/faults/memory_disk.h"

namespace plumbline {

// Registered with SQLite as long as it lives. Whatever is opened through it must be closed before.
// Connections of several threads may use it at once.
class MemoryVfs {
 public:
  enum class Use : std::uint8_t {
    kByName,
    // For all that names no VFS, too: so whole commands run on the disk, which know nothing of it.
    kByAll,
  };

  explicit MemoryVfs(Use use = Use::kByName);
  ~MemoryVfs();
  MemoryVfs(const MemoryVfs&) = delete;
  MemoryVfs& operator=(const MemoryVfs&) = delete;

  const std::string& name() const { return name_; }  // for SqliteOptions::vfs
  MemoryDisk& disk();
  // A copy of all that is on the disk, and back to it. With nothing open.
  MemoryDisk copy() const;
  void put_back(const MemoryDisk& copy);
  // How many files are open.
  std::size_t open_files() const;

  struct Impl;  // memory_vfs.cpp's own

 private:
  std::string name_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace plumbline
