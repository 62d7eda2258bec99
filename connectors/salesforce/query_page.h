// One page of a query's result, looked at as it passes on its way to a file.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_stream.h"
#include "base/result.h"

namespace plumbline {

struct QueryPage {
  std::uint64_t total = 0;    // of the whole result
  std::uint64_t records = 0;  // on this page
  bool done = false;
  std::string next_url{};  // where the next page is; empty on the last one
  // Of the last record on the page; empty where the query did not ask for it.
  std::string last_id{};
  std::string last_stamp{};  // of the cursor, as it came
  // Whether no record's stamp is smaller than the one before it on this page.
  bool in_order = true;
  std::string first_stamp{};
};

// Push the pieces of the reply, then take() once.
class QueryPageReader : public JsonEvents {
 public:
  // Told of each record: its Id, and the text of the cursor. Empty: nobody is told.
  using OnRecord = std::function<void(std::string_view id, std::string_view stamp)>;

  explicit QueryPageReader(std::string cursor, OnRecord on_record = {});
  Status push(std::string_view piece) { return stream_.push(piece); }
  // kUnavailable where the page breaks off, or does not say whether there are more.
  Result<QueryPage> take();

  bool begin_object() override;
  bool end_object() override;
  bool begin_array() override;
  bool end_array() override;
  bool key(std::string_view name) override;
  bool value(JsonKind kind, std::string_view text) override;

 private:
  enum class Wanted : std::uint8_t { kNothing, kId, kStamp };

  void take_page_value(JsonKind kind, std::string_view text);
  void end_record();

  JsonStream stream_;
  std::string cursor_;
  OnRecord on_record_;
  QueryPage page_;
  std::string key_;  // the last name of the page itself
  std::string id_;
  std::string stamp_;
  Wanted wanted_ = Wanted::kNothing;
  int depth_ = 0;  // 1: the page; 2: its records; 3: one of them
  bool in_records_ = false;
  bool said_done_ = false;
  bool said_total_ = false;
};

// The totalSize of a page without records: the answer to SELECT COUNT().
Result<std::uint64_t> read_count(std::string_view body);

}  // namespace plumbline
