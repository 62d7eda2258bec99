#include "bench/sales_csv.h"

#include <system_error>

namespace plumbline::bench {
namespace {

constexpr std::size_t kBufferBytes = std::size_t{1} << 20;

}  // namespace

CsvFile::CsvFile(const std::filesystem::path& path, CsvQuotes quotes)
    : path_(path), part_(path.string() + ".part"), quotes_(quotes), file_(std::fopen(part_.c_str(), "wb")) {
  failed_ = file_ == nullptr;
  buffer_.reserve(kBufferBytes + kBufferBytes / 4);
}

void CsvFile::row(std::span<const std::string> cells) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) buffer_ += ',';
    add_cell(cells[i]);
  }
  buffer_ += '\n';
  if (buffer_.size() >= kBufferBytes) flush();
}

Status CsvFile::finish() {
  flush();
  if (file_ != nullptr && std::fclose(file_.release()) != 0) failed_ = true;
  std::error_code error;
  if (!failed_) std::filesystem::rename(part_, path_, error);
  if (failed_ || error) {
    return fail(ErrorCode::kUnavailable, "cannot write " + path_.string() + "; is there room on the disk?");
  }
  return {};
}

void CsvFile::add_cell(std::string_view cell) {
  if (quotes_ == CsvQuotes::kWhereNeeded && cell.find_first_of(",\"\r\n") == std::string_view::npos) {
    buffer_ += cell;
    return;
  }
  buffer_ += '"';
  for (const char byte : cell) {
    if (byte == '"') buffer_ += '"';
    buffer_ += byte;
  }
  buffer_ += '"';
}

void CsvFile::flush() {
  if (!failed_ && std::fwrite(buffer_.data(), 1, buffer_.size(), file_.get()) != buffer_.size())
    failed_ = true;
  buffer_.clear();
}

void clear(Row& row) {
  for (std::string& cell : row) cell.clear();
}

void add_typed(Dice& dice, std::string_view value, std::string& out) {
  if (dice.per_mille(985)) {
    out += value;
    return;
  }
  if (dice.per_mille(500)) out += ' ';
  for (const char byte : value)
    out += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
  if (dice.per_mille(300)) out += "\u00A0";
}

}  // namespace plumbline::bench
