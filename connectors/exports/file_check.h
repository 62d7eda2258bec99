// Looking at an export as it passes on its way to the spool: whether it is one at all, how many rows it has,
// and which columns. What is in the cells is the ledger's to read.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/source.h"

namespace plumbline {

struct FileFacts {
  // CSV: as the header has them. JSON: every name that some record has a plain value under.
  std::vector<std::string> columns{};
  std::uint64_t rows = 0;
  std::uint64_t rejects = 0;  // rows that are none
};

// For one thread. Memory is that of one record.
class FileCheck {
 public:
  virtual ~FileCheck() = default;
  // Errors are final: kUnavailable for a file that breaks off or is a page for people (a login, an error),
  // which another attempt may mend; kInvalidInput for one that no attempt will. Messages begin with "the
  // file".
  virtual Status push(std::string_view piece) = 0;
  virtual Result<FileFacts> finish() = 0;
};

std::unique_ptr<FileCheck> make_file_check(DeliveredFile::Format format);

// What the first bytes tell: an Error for a page of HTML, for JSON where CSV is expected, for CSV where JSON
// is. Blanks and a byte order mark are passed over; nothing but these says nothing yet.
Status check_beginning(std::string_view first_bytes, DeliveredFile::Format format);

// As many first bytes as check_beginning is to be given, where the file has them.
inline constexpr std::size_t kBeginningBytes = 512;

}  // namespace plumbline
