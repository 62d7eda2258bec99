#include "connectors/exports/gunzip.h"

#include <zlib.h>

#include <array>
#include <utility>

#include <fmt/format.h>

namespace plumbline {
namespace {

constexpr int kGzipAlone = 16;  // added to the window's bits: zlib's way to say "gzip, nothing else"
constexpr std::size_t kOutBytes = std::size_t{64} << 10;

}  // namespace

struct Gunzip::Stream {
  z_stream zlib{};
  std::array<unsigned char, kOutBytes> out{};
  std::uint64_t in_bytes = 0;
  std::uint64_t out_bytes = 0;
  bool ended = false;  // at the end of a file; another may follow
};

bool looks_like_gzip(std::string_view first_bytes) { return first_bytes.starts_with("\x1F\x8B"); }

Gunzip::Gunzip(OnPiece on_piece) : on_piece_(std::move(on_piece)), stream_(std::make_unique<Stream>()) {
  ::inflateInit2(&stream_->zlib, MAX_WBITS + kGzipAlone);
}

Gunzip::~Gunzip() { ::inflateEnd(&stream_->zlib); }

Status Gunzip::unpack_some(bool& went_on) {
  z_stream& zlib = stream_->zlib;
  if (stream_->ended) {
    ::inflateReset(&zlib);
    stream_->ended = false;
  }
  zlib.next_out = stream_->out.data();
  zlib.avail_out = kOutBytes;
  const uInt in_before = zlib.avail_in;
  const int said = ::inflate(&zlib, Z_NO_FLUSH);
  if (said != Z_OK && said != Z_STREAM_END && said != Z_BUF_ERROR) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the gzip file is damaged at byte {}: {}", stream_->in_bytes - zlib.avail_in,
                            zlib.msg != nullptr ? zlib.msg : "bad data"));
  }
  stream_->ended = said == Z_STREAM_END;
  const std::size_t unpacked = kOutBytes - zlib.avail_out;
  stream_->out_bytes += unpacked;
  went_on = unpacked > 0 || zlib.avail_in < in_before;
  if (stream_->out_bytes > kFreeGzipBytes + kMostGzipExpansion * stream_->in_bytes) {
    return fail(ErrorCode::kInvalidInput,
                fmt::format("the gzip file unpacks to more than {} times what it is; such files are made to "
                            "fill memories",
                            kMostGzipExpansion));
  }
  if (unpacked == 0) return {};
  return on_piece_({reinterpret_cast<const char*>(stream_->out.data()), unpacked});
}

Status Gunzip::push(std::string_view piece) {
  z_stream& zlib = stream_->zlib;
  // zlib takes 32 bits of length; pieces are far below.
  zlib.next_in = reinterpret_cast<unsigned char*>(const_cast<char*>(piece.data()));  // only read
  zlib.avail_in = static_cast<uInt>(piece.size());
  stream_->in_bytes += piece.size();
  // A full buffer means that there may be more although nothing is left to be put in.
  bool went_on = true;
  while (went_on && (zlib.avail_in > 0 || zlib.avail_out == 0)) {
    if (stream_->ended && zlib.avail_in == 0) break;
    if (Status unpacked = unpack_some(went_on); !unpacked) return unpacked;
  }
  return {};
}

Status Gunzip::finish() {
  if (stream_->ended) return {};
  return fail(ErrorCode::kUnavailable, "the gzip file breaks off");
}

}  // namespace plumbline
