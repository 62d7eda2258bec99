#include "tests/ledger/faults/memory_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <set>
#include <utility>
#include <vector>

namespace plumbline {
namespace {

constexpr int kLongestName = 4096;
constexpr int kSectorSize = 4096;

int code_of(DiskAnswer answer, int io_error) {
  switch (answer) {
    case DiskAnswer::kDone:
      return SQLITE_OK;
    case DiskAnswer::kFull:
    case DiskAnswer::kShortWrite:
      return SQLITE_FULL;
    case DiskAnswer::kIoError:
      return io_error;
  }
  return io_error;
}

struct OpenFile;

// What the connections to one file share.
struct SharedMemory {
  std::vector<std::unique_ptr<std::uint8_t[]>> regions;
};

}  // namespace

struct MemoryVfs::Impl {
  std::mutex mutex;
  MemoryDisk disk;
  std::set<OpenFile*> open;
  std::map<FileNumber, SharedMemory> shared;
  sqlite3_vfs vfs{};
  sqlite3_vfs* system = nullptr;  // gives time and chance
  std::string name;
};

namespace {

using Disk = MemoryVfs::Impl;

// SQLite keeps room for it behind what it knows as an open file.
struct OpenFile {
  sqlite3_file base;
  Disk* disk;
  FileNumber file;
  int lock;
  unsigned shared_locks;     // of the write-ahead log's eight, as bits
  unsigned exclusive_locks;  // likewise
  bool has_memory;
};

OpenFile& of(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file); }
Disk& of(sqlite3_vfs* vfs) { return *static_cast<Disk*>(vfs->pAppData); }

// Whether another connection to the same file fulfils `condition`.
template <class Condition>
bool another(const OpenFile& file, const Condition& condition) {
  return std::ranges::any_of(file.disk->open, [&](const OpenFile* other) {
    return other != &file && other->file == file.file && condition(*other);
  });
}

// ---- The file

int give_memory_back(sqlite3_file* file, int);

int close_file(sqlite3_file* file) {
  OpenFile& closed = of(file);
  give_memory_back(file, 0);
  const std::scoped_lock lock(closed.disk->mutex);
  closed.disk->open.erase(&closed);
  return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* to, int count, sqlite3_int64 offset) {
  OpenFile& from = of(file);
  const std::scoped_lock lock(from.disk->mutex);
  if (from.disk->disk.is_off()) return SQLITE_IOERR_READ;
  const std::span<std::uint8_t> bytes(static_cast<std::uint8_t*>(to), static_cast<std::size_t>(count));
  const std::size_t got = from.disk->disk.read(from.file, static_cast<std::size_t>(offset), bytes);
  if (got == bytes.size()) return SQLITE_OK;
  std::ranges::fill(bytes.subspan(got), std::uint8_t{0});
  return SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
  OpenFile& to = of(file);
  const std::scoped_lock lock(to.disk->mutex);
  const std::span<const std::uint8_t> bytes(static_cast<const std::uint8_t*>(from),
                                            static_cast<std::size_t>(count));
  return code_of(to.disk->disk.write(to.file, static_cast<std::size_t>(offset), bytes), SQLITE_IOERR_WRITE);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  OpenFile& cut = of(file);
  const std::scoped_lock lock(cut.disk->mutex);
  return code_of(cut.disk->disk.truncate(cut.file, static_cast<std::size_t>(size)), SQLITE_IOERR_TRUNCATE);
}

int sync_file(sqlite3_file* file, int) {
  OpenFile& synced = of(file);
  const std::scoped_lock lock(synced.disk->mutex);
  // SQLite's own VFS says no more, whatever the system said.
  return synced.disk->disk.sync(synced.file) == DiskAnswer::kDone ? SQLITE_OK : SQLITE_IOERR_FSYNC;
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
  OpenFile& asked = of(file);
  const std::scoped_lock lock(asked.disk->mutex);
  *size = static_cast<sqlite3_int64>(asked.disk->disk.size(asked.file));
  return SQLITE_OK;
}

int lock_file(sqlite3_file* file, int level) {
  OpenFile& locked = of(file);
  const std::scoped_lock lock(locked.disk->mutex);
  if (locked.lock >= level) return SQLITE_OK;
  // One may wait for the readers to go, and none may come meanwhile; only one may intend to write.
  const int tolerated = level == SQLITE_LOCK_SHARED ? SQLITE_LOCK_RESERVED : SQLITE_LOCK_SHARED;
  if (another(locked, [&](const OpenFile& other) { return other.lock > tolerated; })) return SQLITE_BUSY;
  const bool has_readers =
      another(locked, [](const OpenFile& other) { return other.lock >= SQLITE_LOCK_SHARED; });
  if (level == SQLITE_LOCK_EXCLUSIVE && has_readers) {
    locked.lock = SQLITE_LOCK_PENDING;
    return SQLITE_BUSY;
  }
  locked.lock = level;
  return SQLITE_OK;
}

int unlock_file(sqlite3_file* file, int level) {
  OpenFile& unlocked = of(file);
  const std::scoped_lock lock(unlocked.disk->mutex);
  unlocked.lock = std::min(unlocked.lock, level);
  return SQLITE_OK;
}

int is_reserved(sqlite3_file* file, int* answer) {
  OpenFile& asked = of(file);
  const std::scoped_lock lock(asked.disk->mutex);
  const auto reserves = [](const OpenFile& other) { return other.lock >= SQLITE_LOCK_RESERVED; };
  *answer = reserves(asked) || another(asked, reserves) ? 1 : 0;
  return SQLITE_OK;
}

int control_file(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return kSectorSize; }
// What Debian's SQLite assumes of a disk: writing some bytes leaves those beside them alone.
int characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int map_memory(sqlite3_file* file, int region, int size, int extend, void volatile** to) {
  OpenFile& mapped = of(file);
  const std::scoped_lock lock(mapped.disk->mutex);
  auto& regions = mapped.disk->shared[mapped.file].regions;
  mapped.has_memory = true;
  const auto wanted = static_cast<std::size_t>(region);
  *to = nullptr;
  while (regions.size() <= wanted) {
    if (extend == 0) return SQLITE_OK;
    const DiskAnswer answer = mapped.disk->disk.change();
    if (answer == DiskAnswer::kIoError) return SQLITE_IOERR_SHMMAP;
    if (answer != DiskAnswer::kDone) return SQLITE_IOERR_SHMSIZE;
    regions.push_back(std::make_unique<std::uint8_t[]>(static_cast<std::size_t>(size)));
  }
  *to = regions[wanted].get();
  return SQLITE_OK;
}

int lock_memory(sqlite3_file* file, int first, int count, int flags) {
  OpenFile& locked = of(file);
  const std::scoped_lock lock(locked.disk->mutex);
  const unsigned mask = ((1U << static_cast<unsigned>(count)) - 1U) << static_cast<unsigned>(first);
  if ((flags & SQLITE_SHM_UNLOCK) != 0) {
    locked.shared_locks &= ~mask;
    locked.exclusive_locks &= ~mask;
    return SQLITE_OK;
  }
  const bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
  const bool taken = another(locked, [&](const OpenFile& other) {
    return (other.exclusive_locks & mask) != 0 || (exclusive && (other.shared_locks & mask) != 0);
  });
  if (taken) return SQLITE_BUSY;
  (exclusive ? locked.exclusive_locks : locked.shared_locks) |= mask;
  return SQLITE_OK;
}

void fence(sqlite3_file*) { std::atomic_thread_fence(std::memory_order_seq_cst); }

int give_memory_back(sqlite3_file* file, int) {
  OpenFile& owner = of(file);
  const std::scoped_lock lock(owner.disk->mutex);
  owner.shared_locks = owner.exclusive_locks = 0;
  owner.has_memory = false;
  // Who comes first starts with fresh memory, as the system's VFS does it.
  if (!another(owner, [](const OpenFile& other) { return other.has_memory; })) {
    owner.disk->shared.erase(owner.file);
  }
  return SQLITE_OK;
}

constexpr sqlite3_io_methods kMethods = {
    .iVersion = 2,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = size_of_file,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = is_reserved,
    .xFileControl = control_file,
    .xSectorSize = sector_size,
    .xDeviceCharacteristics = characteristics,
    .xShmMap = map_memory,
    .xShmLock = lock_memory,
    .xShmBarrier = fence,
    .xShmUnmap = give_memory_back,
    .xFetch = nullptr,
    .xUnfetch = nullptr,
};

// ---- The folder

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* given) {
  Disk& disk = of(vfs);
  const std::scoped_lock lock(disk.mutex);
  OpenFile& opened = *new (file) OpenFile{};  // base.pMethods stays null where it cannot be opened
  if (disk.disk.is_off()) return SQLITE_CANTOPEN;
  FileNumber number = name == nullptr ? disk.disk.create_nameless() : disk.disk.find(name);
  if (number == kNoFile && (flags & SQLITE_OPEN_CREATE) != 0) {
    DiskAnswer answer = DiskAnswer::kDone;
    number = disk.disk.create(name, answer);
  }
  if (number == kNoFile) return SQLITE_CANTOPEN;
  opened.base.pMethods = &kMethods;
  opened.disk = &disk;
  opened.file = number;
  disk.open.insert(&opened);
  if (given != nullptr) *given = flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int synced) {
  Disk& disk = of(vfs);
  const std::scoped_lock lock(disk.mutex);
  if (disk.disk.find(name) == kNoFile) return SQLITE_IOERR_DELETE_NOENT;
  return code_of(disk.disk.remove(name, synced != 0), SQLITE_IOERR_DELETE);
}

int is_there(sqlite3_vfs* vfs, const char* name, int, int* answer) {
  Disk& disk = of(vfs);
  const std::scoped_lock lock(disk.mutex);
  *answer = disk.disk.find(name) != kNoFile ? 1 : 0;
  return SQLITE_OK;
}

int full_name(sqlite3_vfs*, const char* name, int room, char* to) {
  const std::size_t length = std::strlen(name);
  if (length >= static_cast<std::size_t>(room)) return SQLITE_CANTOPEN;
  std::memcpy(to, name, length + 1);
  return SQLITE_OK;
}

int chance(sqlite3_vfs* vfs, int count, char* to) {
  sqlite3_vfs* system = of(vfs).system;
  return system->xRandomness(system, count, to);
}
// Nobody waits here: whoever would, tries again at once.
int wait(sqlite3_vfs*, int microseconds) { return microseconds; }
int current_time(sqlite3_vfs* vfs, double* days) {
  sqlite3_vfs* system = of(vfs).system;
  return system->xCurrentTime(system, days);
}
int last_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

MemoryVfs::MemoryVfs(Use use) : impl_(std::make_unique<Impl>()) {
  static std::atomic<int> made = 0;
  name_ = "memory-disk-" + std::to_string(++made);
  impl_->name = name_;
  impl_->system = sqlite3_vfs_find(nullptr);
  impl_->vfs = {.iVersion = 1,
                .szOsFile = sizeof(OpenFile),
                .mxPathname = kLongestName,
                .pNext = nullptr,
                .zName = impl_->name.c_str(),
                .pAppData = impl_.get(),
                .xOpen = open_file,
                .xDelete = delete_file,
                .xAccess = is_there,
                .xFullPathname = full_name,
                .xDlOpen = nullptr,
                .xDlError = nullptr,
                .xDlSym = nullptr,
                .xDlClose = nullptr,
                .xRandomness = chance,
                .xSleep = wait,
                .xCurrentTime = current_time,
                .xGetLastError = last_error,
                .xCurrentTimeInt64 = nullptr,
                .xSetSystemCall = nullptr,
                .xGetSystemCall = nullptr,
                .xNextSystemCall = nullptr};
  sqlite3_vfs_register(&impl_->vfs, use == Use::kByAll ? 1 : 0);
}

// SQLite makes another VFS the default where this one was.
MemoryVfs::~MemoryVfs() {
  sqlite3_vfs_unregister(&impl_->vfs);
  sqlite3_vfs_register(impl_->system, 1);
}

MemoryDisk& MemoryVfs::disk() { return impl_->disk; }
MemoryDisk MemoryVfs::copy() const { return impl_->disk; }
void MemoryVfs::put_back(const MemoryDisk& copy) { impl_->disk = copy; }
std::size_t MemoryVfs::open_files() const { return impl_->open.size(); }

}  // namespace plumbline
