// Any bytes as an export: looking at it ends, and says the same however the file is cut.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "connectors/exports/file_check.h"
#include "connectors/exports/folder_watch.h"
#include "connectors/exports/gunzip.h"
#include "connectors/exports/size_history.h"

namespace {

using namespace plumbline;

void require(bool holds) {
  if (!holds) std::abort();
}

Result<FileFacts> look(std::string_view text, DeliveredFile::Format format, std::size_t piece_bytes) {
  const std::unique_ptr<FileCheck> check = make_file_check(format);
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, piece_bytes);
    text.remove_prefix(piece.size());
    if (Status pushed = check->push(piece); !pushed) return fail(pushed.error());
  }
  return check->finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto format : {DeliveredFile::Format::kCsv, DeliveredFile::Format::kJson}) {
    static_cast<void>(check_beginning(text.substr(0, kBeginningBytes), format));
    const Result<FileFacts> whole = look(text, format, size + 1);
    const Result<FileFacts> cut = look(text, format, 3);
    require(whole.has_value() == cut.has_value());
    if (whole) require(whole->rows == cut->rows && whole->columns == cut->columns);
  }
  std::uint64_t unpacked = 0;
  Gunzip gunzip([&](std::string_view piece) {
    unpacked += piece.size();
    return Status{};
  });
  if (gunzip.push(text)) static_cast<void>(gunzip.finish());
  require(unpacked <= kFreeGzipBytes + kMostGzipExpansion * size + (std::uint64_t{1} << 17));
  const std::vector<SeenFile> looks = looks_from_text(text);
  require(looks_from_text(looks_to_text(looks)) == looks);
  const SizeHistory sizes = SizeHistory::from_text(text);
  require(SizeHistory::from_text(sizes.to_text()).to_text() == sizes.to_text());
  return 0;
}
