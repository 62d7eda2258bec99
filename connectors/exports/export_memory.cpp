#include "connectors/exports/export_memory.h"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace plumbline {
namespace {

struct Row {
  std::string_view key;  // in the ledger: never renamed
  std::string ExportMemory::* member;
};

constexpr std::array kRows = {
    Row{"address", &ExportMemory::address},   Row{"etag", &ExportMemory::etag},
    Row{"modified", &ExportMemory::modified}, Row{"sha256", &ExportMemory::sha256},
    Row{"sizes", &ExportMemory::sizes},       Row{"columns", &ExportMemory::columns},
    Row{"hidden", &ExportMemory::hidden},     Row{"held", &ExportMemory::held},
    Row{"accept", &ExportMemory::accept},     Row{"looks", &ExportMemory::looks},
};

}  // namespace

Async<Result<ExportMemory>> read_memory(SyncSink& sink, std::string source, std::string export_name) {
  ExportMemory memory;
  for (const Row& row : kRows) {
    std::string own_source = source;
    std::string key = fmt::format("{}/{}", export_name, row.key);
    Result<std::optional<std::string>> value = co_await sink.state(std::move(own_source), std::move(key));
    if (!value) co_return fail(std::move(value.error()));
    if (*value) memory.*row.member = std::move(**value);
  }
  co_return memory;
}

std::vector<SourceState> memory_changes(const ExportMemory& before, const ExportMemory& after,
                                        const std::string& export_name) {
  std::vector<SourceState> changes;
  for (const Row& row : kRows) {
    const std::string& value = after.*row.member;
    if (value == before.*row.member) continue;
    std::optional<std::string> kept;
    if (!value.empty()) kept = value;
    changes.push_back({.key = fmt::format("{}/{}", export_name, row.key), .value = std::move(kept)});
  }
  return changes;
}

Async<Status> keep_memory(SyncSink& sink, std::string source, std::vector<SourceState> changes) {
  for (SourceState& change : changes) {
    std::string own_source = source;
    Status kept = co_await sink.keep(std::move(own_source), std::move(change));
    if (!kept) co_return kept;
  }
  co_return Status{};
}

}  // namespace plumbline
