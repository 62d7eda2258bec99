// Clari's opportunities, as its replies tell them, as rows of ClariOpportunity.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_stream.h"
#include "base/result.h"
#include "connectors/clari/clari_options.h"
#include "connectors/clari/csv_line.h"
#include "model/source.h"

namespace plumbline {

inline constexpr std::string_view kClariOpportunityObject = "ClariOpportunity";
inline constexpr std::size_t kMostOpportunityIds = 100;  // Clari's own bound for one call

// The address for up to that many opportunities.
std::string opportunity_url(const ClariOptions& options, const std::vector<std::string>& ids);

// Rows that have the same columns. A field Clari does not tell of an opportunity is no column of its row: it
// is not known, which is not the same as blank.
struct OpportunityFile {
  std::string text{};  // CSV with a header
  std::uint64_t rows = 0;
};

// One reply at a time: read() adds a row for each opportunity in it. They are kept until take(), so the
// caller bounds how many there are. `fields` outlives it.
class OpportunityRows : private JsonEvents {
 public:
  explicit OpportunityRows(const std::vector<ClariOpportunityField>& fields);

  Status read(std::string_view body);
  std::vector<OpportunityFile> take();

  std::uint64_t rows() const { return rows_; }
  // Ids of fields that no opportunity had.
  std::vector<std::string> never_seen() const;
  static std::vector<DescribedField> described();

 private:
  bool begin_object() override;
  bool end_object() override;
  bool begin_array() override;
  bool end_array() override;
  bool key(std::string_view name) override;
  bool value(JsonKind kind, std::string_view text) override;
  void end_opportunity();
  std::string header_of(const std::vector<bool>& seen);
  void end_field();

  const std::vector<ClariOpportunityField>& fields_;
  std::map<std::vector<bool>, OpportunityFile> files_;  // by which fields their rows have
  CsvLine line_;
  std::vector<std::string> values_;  // by field
  std::vector<bool> seen_;           // likewise: of this opportunity
  std::string id_;
  std::string score_;
  std::string field_id_;
  std::string field_value_;
  bool value_is_number_ = false;
  std::string key_;        // the last name of the opportunity itself
  std::string inner_key_;  // of its score or one of its fields
  int depth_ = 0;          // 1: the list; 2: an opportunity; 3: its score, or its fields; 4: one of these
  std::uint64_t rows_ = 0;
};

}  // namespace plumbline
