#include "connectors/clari/opportunity_rows.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/time.h"
#include "connectors/clari/clari_api.h"
#include "connectors/clari/submission_rows.h"
#include "records/record_id.h"

namespace plumbline {
namespace {

constexpr int kOpportunityDepth = 2;
constexpr int kScoreDepth = 3;
constexpr int kFieldDepth = 4;

// Days come as they are written, as moments, and as milliseconds since 1970.
std::string day_of(std::string_view text, bool is_number) {
  const std::string moment = is_number ? moment_of_ms(text) : std::string(text);
  constexpr std::size_t kDayBytes = 10;
  return moment.substr(0, kDayBytes);
}

}  // namespace

std::string opportunity_url(const ClariOptions& options, const std::vector<std::string>& ids) {
  std::string url = fmt::format("{}/opportunity", options.url);
  char separator = '?';
  for (const std::string& id : ids) {
    url += fmt::format("{}oppId={}", separator, url_part(id));
    separator = '&';
  }
  if (!options.opportunities.mode.empty())
    url += fmt::format("&mode={}", url_part(options.opportunities.mode));
  return url;
}

OpportunityRows::OpportunityRows(const std::vector<ClariOpportunityField>& fields)
    : fields_(fields), values_(fields.size()), seen_(fields.size()) {}

std::string OpportunityRows::header_of(const std::vector<bool>& seen) {
  line_.start();
  line_.cell("Id").cell("OpportunityId").cell("Score");
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (seen[i]) line_.cell(fields_[i].field);
  }
  return std::string(line_.end());
}

Status OpportunityRows::read(std::string_view body) {
  depth_ = 0;
  const Status read = read_json_events(body, *this);
  if (read) return {};
  return fail(ErrorCode::kUnavailable,
              fmt::format("Clari's answer about opportunities {}", read.error().message));
}

std::vector<OpportunityFile> OpportunityRows::take() {
  std::vector<OpportunityFile> files;
  for (auto& [seen, file] : files_) {
    file.text.insert(0, header_of(seen));
    files.push_back(std::move(file));
  }
  files_.clear();
  return files;
}

std::vector<std::string> OpportunityRows::never_seen() const {
  std::vector<std::string> ids;
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    const bool is_seen = std::ranges::any_of(files_, [&](const auto& file) { return file.first[i]; });
    if (!is_seen) ids.push_back(fields_[i].id);
  }
  return ids;
}

bool OpportunityRows::begin_object() {
  ++depth_;
  if (depth_ == kOpportunityDepth) {
    id_.clear();
    score_.clear();
    std::ranges::fill(values_, std::string{});
    seen_.assign(seen_.size(), false);
  }
  if (depth_ == kFieldDepth) {
    field_id_.clear();
    field_value_.clear();
  }
  return true;
}

bool OpportunityRows::end_object() {
  if (depth_ == kFieldDepth && key_ == "fields") end_field();
  if (depth_ == kOpportunityDepth) end_opportunity();
  --depth_;
  return true;
}

bool OpportunityRows::begin_array() {
  ++depth_;
  return true;
}

bool OpportunityRows::end_array() {
  --depth_;
  return true;
}

bool OpportunityRows::key(std::string_view name) {
  if (depth_ == kOpportunityDepth) key_ = name;
  if (depth_ == kScoreDepth || depth_ == kFieldDepth) inner_key_ = name;
  return true;
}

bool OpportunityRows::value(JsonKind kind, std::string_view text) {
  if (kind == JsonKind::kNull) return true;
  if (depth_ == kOpportunityDepth && key_ == "id") id_ = text;
  if (depth_ == kScoreDepth && key_ == "crmScore" && inner_key_ == "score") score_ = text;
  if (depth_ != kFieldDepth || key_ != "fields") return true;
  if (inner_key_ == "id") field_id_ = text;
  if (inner_key_ == "value") {
    field_value_ = text;
    value_is_number_ = kind == JsonKind::kNumber;
  }
  return true;
}

void OpportunityRows::end_field() {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].id != field_id_) continue;
    seen_[i] = true;
    const std::string& name = fields_[i].field;
    if (name == "CloseDate") values_[i] = day_of(field_value_, value_is_number_);
    if (name == "Amount") values_[i] = money_text(field_value_);
    if (name != "CloseDate" && name != "Amount") values_[i] = field_value_;
  }
}

// The opportunity's own id is the record's as well: one row each.
void OpportunityRows::end_opportunity() {
  if (id_shape(id_) != IdShape::kSalesforce) return;
  line_.start();
  line_.cell(id_).cell(id_).cell(score_);
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (seen_[i]) line_.cell(values_[i]);
  }
  OpportunityFile& file = files_[seen_];
  file.text += line_.end();
  ++file.rows;
  ++rows_;
}

std::vector<DescribedField> OpportunityRows::described() {
  const std::string object(kClariOpportunityObject);
  return {{.object = object, .field = "Id", .type = "id"},
          {.object = object, .field = "Score", .type = "double"}};
}

}  // namespace plumbline
