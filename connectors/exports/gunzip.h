// Undoing gzip (RFC 1952) of a file that comes in pieces. What a server says it compressed on the way
// (Content-Encoding) the client has undone already; this is for files that are .gz by themselves.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/result.h"

namespace plumbline {

// How many times longer than what came of it a file may be, beyond the free bytes: text of many like rows
// comes to 50, what is made to fill memories to 1000.
inline constexpr std::uint64_t kMostGzipExpansion = 200;
inline constexpr std::uint64_t kFreeGzipBytes = std::uint64_t{4} << 20;

bool looks_like_gzip(std::string_view first_bytes);

// Several gzip files in a row are read as one, as gzip itself does. For one thread.
class Gunzip {
 public:
  // Told of what was unpacked, piece by piece; an Error ends the unpacking.
  using OnPiece = std::function<Status(std::string_view)>;

  explicit Gunzip(OnPiece on_piece);
  ~Gunzip();
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  // kUnavailable where the file is damaged, kInvalidInput where it unpacks to far more than it is.
  Status push(std::string_view piece);
  // kUnavailable where the file breaks off.
  Status finish();

 private:
  struct Stream;
  Status unpack_some(bool& went_on);

  OnPiece on_piece_;
  std::unique_ptr<Stream> stream_;
};

}  // namespace plumbline
