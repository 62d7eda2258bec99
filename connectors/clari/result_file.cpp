#include "connectors/clari/result_file.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include <fmt/format.h>

#include "base/crypto.h"
#include "connectors/clari/clari_result.h"
#include "connectors/clari/submission_rows.h"
#include "connectors/http/spool_file.h"

namespace plumbline {
namespace {

constexpr std::size_t kPieceBytes = std::size_t{256} << 10;

Status read_through(const std::filesystem::path& path, ClariResultSink& sink) {
  std::ifstream file(path, std::ios::binary);
  ClariResultReader reader(sink);
  std::string piece(kPieceBytes, '\0');
  while (file) {
    file.read(piece.data(), static_cast<std::streamsize>(piece.size()));
    const std::string_view came = std::string_view(piece).substr(0, static_cast<std::size_t>(file.gcount()));
    if (Status read = reader.push(came); !read) return read;
  }
  if (!file.eof())
    return fail(ErrorCode::kInvalidInput, fmt::format("cannot read {} from the spool", path.string()));
  return reader.finish();
}

Status check_period(const ClariOutline& outline, const ResultTask& task) {
  std::set<std::string> others = outline.entry_periods;
  others.insert(outline.periods.begin(), outline.periods.end());
  others.erase(task.period);
  const bool has_wanted = outline.entry_periods.contains(task.period) ||
                          std::ranges::find(outline.periods, task.period) != outline.periods.end();
  if (has_wanted && others.empty()) return {};
  if (others.empty()) {
    return fail(
        ErrorCode::kConflict,
        fmt::format("Clari's result for forecast {} names no quarter, and {} was asked for; nothing of "
                    "it is taken",
                    task.forecast, task.period));
  }
  return fail(ErrorCode::kConflict,
              fmt::format("Clari's result for forecast {} is of {} where {} was asked for; nothing of it is "
                          "taken. Clari does so where the quarter has no data yet; if it goes on, check "
                          "fiscal_year_starts and fiscal_year_named_by",
                          task.forecast, fmt::join(others, ", "), task.period));
}

std::string digest_of_users(const ClariOutline& outline) {
  Sha256 sha;
  for (const auto& [id, user] : outline.users) sha.add(id).add("\n");
  const Sha256Digest digest = sha.finish();
  return to_hex(digest);
}

}  // namespace

Result<ResultFacts> write_submissions(const ResultTask& task) {
  ClariOutline outline;
  if (Status read = read_through(task.result, outline); !read) return fail(std::move(read.error()));
  if (Status right = check_period(outline, task); !right) return fail(std::move(right.error()));
  Result<SpoolFile> file = SpoolFile::open(task.rows.string() + ".part");
  if (!file) return fail(std::move(file.error()));
  SubmissionRows rows(task.forecast, outline, *file);
  if (Status written = rows.write_header(); !written) return fail(std::move(written.error()));
  if (Status read = read_through(task.result, rows); !read) return fail(std::move(read.error()));
  if (Status placed = file->place(task.rows); !placed) return fail(std::move(placed.error()));
  return ResultFacts{.entries = outline.entries,
                     .users = outline.users.size(),
                     .users_sha256 = digest_of_users(outline),
                     .weeks = {outline.weeks.begin(), outline.weeks.end()},
                     .value_names = std::move(outline.value_names),
                     .without_person = rows.without_person(),
                     .fields = rows.fields()};
}

}  // namespace plumbline
