// CSV files whose records nobody looks up, read once, piece by piece, as the records are judged.
//
// Reading once, nobody knows beforehand which rows are none, and which are replaced by later ones of the same
// id. So it is only good for tidy files, where every record is a row, no id comes twice, and there is no NUL.
// That is told when all has been read; what was judged of a file that is not tidy must be judged again, from
// two readings (source_sink.h, csv_source.h).
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "records/csv_item.h"
#include "records/load_notices.h"
#include "records/seen_ids.h"

namespace plumbline {

// What one reader has seen of the records besides what was judged.
struct PassedRows {
  std::uint64_t rows = 0;
  SeenIds ids;
  std::vector<std::pair<std::size_t, OwnerMisses>> missed_owners;  // by piece, those that have some
};

// Shared by the readers of all threads.
class CsvPassing {
 public:
  // Each part is read from its item's offset; parts without one hold no rows.
  explicit CsvPassing(CsvParts parts);

  const CsvParts& parts() const { return parts_; }
  // As many pieces as there can be; the last ones may be empty.
  std::size_t pieces() const { return pieces_; }

  // Fills the text with piece `number`; an empty one behind the end of the files, and once they have turned
  // out not to be tidy. Each number must be asked for once; a piece waits until those before it have been.
  Status next(std::size_t number, CsvText& text);
  void found_untidy() { tidy_ = false; }
  // Readers end by telling what they have seen.
  void add(PassedRows passed);

  // When all readers have ended.
  struct Outcome {
    bool tidy = true;
    std::uint64_t rows = 0;
    OwnerMisses missed_owners;
  };
  Outcome outcome();

 private:
  Status read_piece(CsvText& text);
  Status open_part();
  Result<bool> append(std::string& text, std::size_t bytes);
  void cut_behind_last_record(CsvText& text);
  void end_part();

  CsvParts parts_;
  std::size_t pieces_ = 0;
  std::atomic<bool> tidy_ = true;
  std::mutex mutex_;
  std::condition_variable changed_;
  // Written under the mutex.
  std::atomic<std::size_t> turn_ = 0;  // the number that may read
  std::atomic<bool> failed_ = false;   // or cannot go on
  std::size_t item_ = 0;               // of parts_.items: the part under way
  std::unique_ptr<InputFile> file_;
  std::uint64_t offset_ = 0;  // of what has not been read yet
  std::uint64_t line_ = 0;    // of what has not been handed out
  std::string carry_;         // read, but not handed out: the start of a record
  std::vector<PassedRows> passed_;
};

}  // namespace plumbline
