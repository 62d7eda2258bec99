#include "daemon/cli/check_pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "daemon/cli/wrap.h"
#include "policies/bound_reminders.h"
#include "policies/examples.h"

namespace plumbline {
namespace {

// ", 2 errors, 1 warning"
std::string troubles_of(const Diagnostics& diagnostics) {
  std::string text;
  if (diagnostics.has_errors()) text += ", " + counted(diagnostics.error_count(), "error", "errors");
  if (diagnostics.warning_count() > 0)
    text += ", " + counted(diagnostics.warning_count(), "warning", "warnings");
  return text;
}

std::string contents_of(const Pack& pack) {
  std::string text = counted(pack.policies.size(), "policy", "policies");
  if (!pack.reminders.empty()) text += ", " + counted(pack.reminders.size(), "reminder", "reminders");
  return text;
}

}  // namespace

std::string failed_example(const ExampleOutcome& outcome) {
  return fmt::format("{}: {}: {}\n", outcome.where.to_string(), outcome.policy,
                     printable(outcome.explanation));
}

CheckedPack check_pack(const PackText& text, const Fields& fields, SourceTexts texts) {
  texts.add(text.file, text.text);
  CheckedPack checked;
  Diagnostics diagnostics;
  if (std::optional<Pack> loaded = load_pack_to_check(text, diagnostics)) {
    checked.pack = std::make_shared<const Pack>(*std::move(loaded));
    const std::vector<DerivedField> derived =
        fields.map ? derived_fields(*fields.map, fields.schema) : std::vector<DerivedField>{};
    check_examples(*checked.pack, fields.schema, diagnostics);
    const BoundPack bound = bind_pack(checked.pack, fields.schema, derived, diagnostics);
    const BoundReminders reminders = bind_reminders(checked.pack, fields.schema, derived, diagnostics);
  }
  checked.faults = render_faults(diagnostics, texts);
  checked.has_errors = diagnostics.has_errors();
  const std::string troubles = troubles_of(diagnostics);
  if (checked.has_errors) {
    checked.conclusion =
        fmt::format("{}: {}\n", text.file, troubles.substr(troubles.find_first_not_of(", ")));
  } else {
    checked.conclusion =
        fmt::format("{}: ok, {}{}\n", text.file, checked.pack ? contents_of(*checked.pack) : "", troubles);
  }
  return checked;
}

}  // namespace plumbline
