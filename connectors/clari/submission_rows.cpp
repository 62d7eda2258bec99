#include "connectors/clari/submission_rows.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "base/crypto.h"
#include "base/time.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

constexpr std::string_view kSubmitted = "forecastValue";

std::string column_of(std::string_view member) {
  std::string column(member);
  if (!column.empty() && column.front() >= 'a' && column.front() <= 'z')
    column.front() = static_cast<char>(column.front() - 'a' + 'A');
  return column;
}

}  // namespace

std::string made_id(const std::vector<std::string_view>& parts) {
  constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  Sha256 sha;
  for (const std::string_view part : parts) {
    const std::string length = fmt::format("{}:", part.size());
    sha.add(length).add(part);
  }
  const Sha256Digest digest = sha.finish();
  std::string id;
  for (std::size_t i = 0; i < kIdKeyBytes; ++i) id += kDigits[digest[i] % kDigits.size()];
  return id;
}

std::string money_text(std::string_view number) {
  constexpr std::size_t kPlaces = 2;
  const std::size_t point = number.find_first_of(".eE");
  const bool is_exact =
      point == std::string_view::npos || (number[point] == '.' && number.size() - point - 1 <= kPlaces);
  if (is_exact) return std::string(number);
  double value = 0;
  const auto [end, fault] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (fault != std::errc{} || end != number.data() + number.size()) return std::string(number);
  return fmt::format("{:.2f}", value);
}

std::string moment_of_ms(std::string_view text) {
  constexpr std::int64_t kMillisecond = 1000;
  std::int64_t ms = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (fault != std::errc{} || end != text.data() + text.size()) return {};
  const Instant moment{std::chrono::seconds{ms / kMillisecond}};
  const Instant first{kFirstDay.time_since_epoch()};
  const Instant last{kLastDay.time_since_epoch()};
  return ms < 0 || moment < first || moment > last ? std::string{} : format_instant(moment);
}

SubmissionRows::SubmissionRows(std::string forecast, const ClariOutline& outline, SpoolFile& file)
    : forecast_(std::move(forecast)), outline_(outline), file_(file) {
  for (const std::string& name : outline.value_names) {
    if (name != kSubmitted) others_.push_back({.member = name, .column = column_of(name)});
  }
}

Status SubmissionRows::write_header() {
  line_.start();
  for (const std::string_view name : {"Id", "UserId", "UserEmail", "Forecast", "Period", "Week", "Field",
                                      "Value", "UpdatedAt", "IsUpdated"})
    line_.cell(name);
  for (const ValueColumn& other : others_) line_.cell(other.column);
  return file_.write(line_.end());
}

Status SubmissionRows::take(ClariList list, const ClariElement& element) {
  if (list != ClariList::kEntries) return {};
  const std::string_view user_id = element.text("userId");
  const std::string_view period = element.text("timePeriodId");
  const std::string_view week = element.text("timeFrameId");
  const std::string_view field = element.text("fieldId");
  const ClariUser* const user = outline_.user(user_id);
  const std::string_view crm_id = user == nullptr ? std::string_view{} : user->crm_id;
  const std::string_view email = user == nullptr ? std::string_view{} : user->email;
  if (crm_id.empty() && email.empty()) ++without_person_;
  line_.start();
  line_.cell(made_id({forecast_, period, week, user_id, field})).cell(crm_id).cell(email);
  line_.cell(forecast_).cell(period).cell(week).cell(outline_.field_name(field));
  line_.cell(money_text(element.text(kSubmitted)));
  line_.cell(moment_of_ms(element.text("updatedOn"))).cell(element.text("isUpdated"));
  for (const ValueColumn& other : others_) line_.cell(money_text(element.text(other.member)));
  ++rows_;
  return file_.write(line_.end());
}

std::vector<DescribedField> SubmissionRows::fields() const {
  const auto field = [](std::string name, std::string type) {
    return DescribedField{
        .object = std::string(kSubmissionObject), .field = std::move(name), .type = std::move(type)};
  };
  std::vector<DescribedField> all = {field("Id", "id"), field("Forecast", "string"), field("Week", "string"),
                                     field("IsUpdated", "boolean")};
  for (const ValueColumn& other : others_) all.push_back(field(other.column, "currency"));
  return all;
}

}  // namespace plumbline
