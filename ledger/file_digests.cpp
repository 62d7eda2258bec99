#include "ledger/file_digests.h"

#include <stop_token>
#include <utility>

#include "base/crypto.h"

namespace plumbline {
namespace {

Result<FileStamp> stamp_of(const DataFile& file) {
  const Result<InputFile> opened = InputFile::open(file.path, file.name);
  if (!opened) return fail(opened.error());
  return opened->stamp();
}

// Empty where it was told to stop.
Result<std::string> digest_of(const DataFile& file, const std::stop_token& stop) {
  Result<InputFile> opened = InputFile::open(file.path, file.name);
  if (!opened) return fail(opened.error());
  Sha256 digest;
  std::vector<char> buffer(kReadChunkBytes);
  while (!stop.stop_requested()) {
    const Result<std::string_view> piece = opened->read(buffer);
    if (!piece) return fail(piece.error());
    if (piece->empty()) {
      const Sha256Digest bytes = digest.finish();
      return to_hex(bytes);
    }
    digest.add(*piece);
  }
  return std::string();
}

}  // namespace

FileDigests::FileDigests(const std::vector<DataFile>& files) : files_(files) {}

Status FileDigests::begin() {
  for (const DataFile& file : files_) {
    const auto [place, is_new] = by_path_.try_emplace(file.path);
    if (!is_new) continue;
    const Result<FileStamp> stamp = stamp_of(file);
    if (!stamp) return fail(stamp.error());
    place->second.file = &file;
    place->second.stamp = *stamp;
  }
  worker_ = std::jthread([this](const std::stop_token& stop) {
    for (auto& [path, one] : by_path_) {
      Result<std::string> digest = digest_of(*one.file, stop);
      if (digest) {
        one.digest = *std::move(digest);
      } else {
        one.failure = std::move(digest.error());
      }
    }
  });
  return {};
}

Result<std::vector<std::string>> FileDigests::finish() {
  worker_.join();
  for (const auto& [path, one] : by_path_) {
    if (one.failure) return fail(*one.failure);
    const Result<FileStamp> stamp = stamp_of(*one.file);
    if (!stamp) return fail(stamp.error());
    if (*stamp == one.stamp) continue;
    return fail({.code = ErrorCode::kConflict,
                 .message = "the file was written to while it was read; nothing was taken: wait until the "
                            "export is done, or take a copy",
                 .where = SourceSpan{.file = one.file->name}});
  }
  std::vector<std::string> digests;
  digests.reserve(files_.size());
  for (const DataFile& file : files_) digests.push_back(by_path_.at(file.path).digest);
  return digests;
}

}  // namespace plumbline
