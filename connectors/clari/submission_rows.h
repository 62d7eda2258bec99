// Entries of a result as rows of ForecastSubmission.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "connectors/clari/clari_result.h"
#include "connectors/clari/csv_line.h"
#include "connectors/http/spool_file.h"
#include "model/source.h"

namespace plumbline {

inline constexpr std::string_view kSubmissionObject = "ForecastSubmission";

// A row is one entry: forecast, quarter, week, user, field. Its Id is made of these, so that the same entry
// is the same record at each sync, and one that is not exported any more stands as it was.
//
// A person is joined by UserId where Clari knows the Salesforce id, else by UserEmail. Value is what was
// submitted (forecastValue); every other kind of number is a column of its own name (QuotaValue). What was
// never entered is blank, which is not 0.
class SubmissionRows : public ClariResultSink {
 public:
  // What is referred to outlives it.
  SubmissionRows(std::string forecast, const ClariOutline& outline, SpoolFile& file);

  Status write_header();
  Status take(ClariList list, const ClariElement& element) override;

  std::uint64_t rows() const { return rows_; }
  std::uint64_t without_person() const { return without_person_; }  // neither id nor e-mail

  // Id, Week and whatever ForecastSubmission does not have by itself.
  std::vector<DescribedField> fields() const;

 private:
  struct ValueColumn {
    std::string member;  // quotaValue
    std::string column;  // QuotaValue
  };

  std::string forecast_;
  const ClariOutline& outline_;
  SpoolFile& file_;
  std::vector<ValueColumn> others_;
  CsvLine line_;
  std::uint64_t rows_ = 0;
  std::uint64_t without_person_ = 0;
};

// Fifteen letters and digits made of the parts, as long as a Salesforce id and as good as unique.
std::string made_id(const std::vector<std::string_view>& parts);

// A number as money is read, with two places at most: Clari's have as many as a computer makes them.
std::string money_text(std::string_view number);

// Milliseconds since 1970 as a moment; empty where the text is no such number.
std::string moment_of_ms(std::string_view text);

}  // namespace plumbline
