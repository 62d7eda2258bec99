// One export on its way into the spool: unpacked where it is packed, looked at, counted and hashed as it
// passes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/crypto.h"
#include "base/result.h"
#include "connectors/exports/file_check.h"
#include "connectors/exports/gunzip.h"
#include "connectors/http/spool_file.h"

namespace plumbline {

struct TakenIn {
  std::filesystem::path path;  // in the spool
  DeliveredFile::Format format = DeliveredFile::Format::kCsv;
  std::string sha256{};     // of the content, unpacked
  std::uint64_t bytes = 0;  // likewise
  FileFacts facts{};
};

// Push the pieces, then finish() once. What is not finished is removed. For one thread.
class Intake {
 public:
  // `base` is the path in the spool without its ending. Without a format the content tells.
  static Result<Intake> open(const std::filesystem::path& base, std::optional<DeliveredFile::Format> format,
                             std::uint64_t most_bytes);
  Intake(Intake&&) noexcept;
  Intake& operator=(Intake&&) = delete;
  ~Intake();

  // Errors as of FileCheck and Gunzip, and kInvalidInput for more than most_bytes.
  Status push(std::string_view piece);
  Result<TakenIn> finish();

 private:
  struct State;
  explicit Intake(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace plumbline
