#include "tests/ledger/faults/memory_disk.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <utility>

namespace plumbline {

DiskAnswer MemoryDisk::next_call() {
  if (is_off_) return DiskAnswer::kIoError;
  ++calls_;
  if (!has_fault_ || calls_ < fault_.at) return DiskAnswer::kDone;
  if (calls_ > fault_.at && !fault_.stays) return DiskAnswer::kDone;
  has_failed_ = true;
  switch (fault_.kind) {
    case FaultKind::kFull:
      return DiskAnswer::kFull;
    case FaultKind::kShortWrite:
      return DiskAnswer::kShortWrite;
    case FaultKind::kIoError:
      return DiskAnswer::kIoError;
    case FaultKind::kPowerLoss:
      is_off_ = true;
      return DiskAnswer::kIoError;
  }
  return DiskAnswer::kIoError;
}

void MemoryDisk::apply(const Change& change, Bytes& bytes) {
  if (change.is_truncation) {
    bytes.resize(std::min(change.offset, bytes.size()));
    return;
  }
  bytes.resize(std::max(bytes.size(), change.offset + change.bytes.size()));
  if (!change.bytes.empty()) {
    std::memcpy(bytes.data() + change.offset, change.bytes.data(), change.bytes.size());
  }
}

void MemoryDisk::settle(File& file, Unsynced unsynced, std::minstd_rand& chance) {
  for (Change& change : file.unsynced) {
    enum class Fate : std::uint8_t { kKept, kLost, kTorn };
    Fate fate = unsynced == Unsynced::kKept ? Fate::kKept : Fate::kLost;
    if (unsynced == Unsynced::kTorn) fate = static_cast<Fate>(chance() % 3);
    if (fate == Fate::kLost) continue;
    if (fate == Fate::kTorn && !change.is_truncation) {
      // Whole sectors of the disk, so the first one may be short.
      const std::size_t first = kSectorBytes - change.offset % kSectorBytes;
      const std::size_t kept = first + kSectorBytes * (chance() % (change.bytes.size() / kSectorBytes + 1));
      change.bytes.resize(std::min(kept, change.bytes.size()));
    }
    apply(change, file.synced);
  }
  file.unsynced.clear();
  file.now = file.synced;
}

void MemoryDisk::power_up(Unsynced unsynced, std::uint32_t seed) {
  std::minstd_rand chance(seed);
  is_off_ = false;
  has_failed_ = false;
  repair();
  std::set<std::string> all;
  for (const auto& [name, file] : names_) all.insert(name);
  for (const auto& [name, file] : synced_names_) all.insert(name);
  // Which names a folder has after a loss of power is as uncertain as what is in a file.
  std::map<std::string, FileNumber> kept;
  for (const std::string& name : all) {
    const bool newest = unsynced == Unsynced::kKept || (unsynced == Unsynced::kTorn && chance() % 2 == 0);
    const auto& names = newest ? names_ : synced_names_;
    if (const auto found = names.find(name); found != names.end()) kept.insert(*found);
  }
  std::set<FileNumber> alive;
  for (const auto& [name, file] : kept) alive.insert(file);
  std::erase_if(files_, [&](const auto& file) { return !alive.contains(file.first); });
  for (auto& [number, file] : files_) settle(file, unsynced, chance);
  names_ = kept;
  synced_names_ = std::move(kept);
}

void MemoryDisk::write_to(const std::string& folder) const {
  for (const auto& [name, number] : names_) {
    const Bytes& bytes = files_.at(number).now;
    std::ofstream file(std::filesystem::path(folder) / std::filesystem::path(name).filename(),
                       std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
}

FileNumber MemoryDisk::find(const std::string& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? kNoFile : found->second;
}

FileNumber MemoryDisk::create(const std::string& name, DiskAnswer& answer) {
  answer = next_call();
  if (answer != DiskAnswer::kDone) return kNoFile;
  files_.emplace(next_file_, File{});
  names_[name] = next_file_;
  return next_file_++;
}

FileNumber MemoryDisk::create_nameless() {
  files_.emplace(next_file_, File{.has_name = false});
  return next_file_++;
}

DiskAnswer MemoryDisk::remove(const std::string& name, bool synced) {
  const DiskAnswer answer = next_call();
  if (answer != DiskAnswer::kDone) return answer;
  names_.erase(name);
  if (synced) synced_names_.erase(name);
  return answer;
}

std::size_t MemoryDisk::read(FileNumber file, std::size_t offset, std::span<std::uint8_t> bytes) const {
  const Bytes& now = files_.at(file).now;
  if (offset >= now.size()) return 0;
  const std::size_t count = std::min(bytes.size(), now.size() - offset);
  if (count > 0) std::memcpy(bytes.data(), now.data() + offset, count);
  return count;
}

DiskAnswer MemoryDisk::write(FileNumber file, std::size_t offset, std::span<const std::uint8_t> bytes) {
  File& written = files_.at(file);
  // What has no name is gone with its program and cannot be lost.
  const DiskAnswer answer = written.has_name ? next_call() : DiskAnswer::kDone;
  if (answer == DiskAnswer::kShortWrite) bytes = bytes.first(bytes.size() / 2);
  if (answer == DiskAnswer::kFull || answer == DiskAnswer::kIoError) return answer;
  Change change{.offset = offset, .bytes = Bytes(bytes.begin(), bytes.end())};
  apply(change, written.now);
  if (written.has_name) written.unsynced.push_back(std::move(change));
  return answer;
}

DiskAnswer MemoryDisk::truncate(FileNumber file, std::size_t size) {
  const DiskAnswer answer = next_call();
  if (answer != DiskAnswer::kDone) return answer;
  File& cut = files_.at(file);
  Change change{.offset = size, .is_truncation = true};
  apply(change, cut.now);
  cut.unsynced.push_back(std::move(change));
  return answer;
}

DiskAnswer MemoryDisk::sync(FileNumber file) {
  const DiskAnswer answer = next_call();
  if (!is_off_) ++syncs_;
  if (answer != DiskAnswer::kDone) return answer;
  File& synced = files_.at(file);
  for (const Change& change : synced.unsynced) apply(change, synced.synced);
  synced.unsynced.clear();
  // The first sync of a new file syncs its folder, as SQLite's own VFS does it.
  const auto is_file = [file](const auto& name) { return name.second == file; };
  if (std::ranges::none_of(synced_names_, is_file)) synced_names_ = names_;
  return answer;
}

}  // namespace plumbline
