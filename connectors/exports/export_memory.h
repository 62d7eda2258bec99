// What is remembered of an export from one sync to the next, as the state of its source.
#pragma once

#include <string>
#include <vector>

#include "base/async.h"
#include "model/source.h"

namespace plumbline {

// Empty: nothing is remembered.
struct ExportMemory {
  std::string address{};   // SHA-256 of the address without its query; what follows is of that one
  std::string etag{};      // of the file that was taken last, as the server wrote it
  std::string modified{};  // Last-Modified likewise
  std::string sha256{};    // of its content
  std::string sizes{};     // SizeHistory
  std::string columns{};   // KnownColumns::known
  std::string hidden{};    // KnownColumns::hidden
  std::string held{};      // of a file that is held back: SHA-256, since when, where
  std::string accept{};    // as ExportFile::accept, for programs that set it; used once
  std::string looks{};     // of a folder: what stood in it at the last look, and what of it was taken
};

// Keys are EXPORT/etag and so on.
Async<Result<ExportMemory>> read_memory(SyncSink& sink, std::string source, std::string export_name);

// What must be kept to come from one to the other.
std::vector<SourceState> memory_changes(const ExportMemory& before, const ExportMemory& after,
                                        const std::string& export_name);

// Durable when it returns; nothing is written for what has not changed.
Async<Status> keep_memory(SyncSink& sink, std::string source, std::vector<SourceState> changes);

}  // namespace plumbline
