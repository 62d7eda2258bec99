#include "daemon/cli/check_pack.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

#include "daemon/cli/wrap.h"
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

std::size_t own_examples(const Pack& pack) {
  std::size_t count = 0;
  for (const Policy& policy : pack.policies) count += policy.pack == pack.name ? policy.examples.size() : 0;
  return count;
}

// Adds those that fail to the faults. Returns ", examples 34/34 pass".
std::string try_examples(const std::shared_ptr<const Pack>& pack, const Schema& schema,
                         CheckedPack& checked) {
  const std::size_t count = own_examples(*pack);
  if (count > kMostExamplesAtOnce)
    return fmt::format(", {} examples not run (policy test runs them)", with_commas(count));
  Diagnostics told;  // by the check already
  std::size_t passed = 0;
  const std::vector<ExampleOutcome> outcomes = run_examples(pack, schema, told);
  for (const ExampleOutcome& outcome : outcomes) {
    passed += outcome.passed ? 1 : 0;
    if (!outcome.passed) checked.faults += failed_example(outcome);
  }
  if (outcomes.empty()) return "";
  return fmt::format(", examples {}/{} pass", passed, outcomes.size());
}

}  // namespace

std::string failed_example(const ExampleOutcome& outcome) {
  return fmt::format("{}: {}: {}\n", outcome.where.to_string(), outcome.policy,
                     printable(outcome.explanation));
}

CheckedPack check_pack(const PackText& text, const Fields& fields, SourceTexts texts, RunExamples examples) {
  texts.add(text.file, text.text);
  Diagnostics diagnostics;
  std::shared_ptr<const Pack> pack;
  if (std::optional<Pack> loaded = load_pack_to_check(text, diagnostics)) {
    pack = std::make_shared<const Pack>(*std::move(loaded));
    const std::vector<DerivedField> derived =
        fields.map ? derived_fields(*fields.map, fields.schema) : std::vector<DerivedField>{};
    check_examples(*pack, fields.schema, diagnostics);
    const BoundPack bound = bind_pack(pack, fields.schema, derived, diagnostics);
  }
  CheckedPack checked{.faults = render_faults(diagnostics, texts), .conclusion = {}};
  checked.has_errors = diagnostics.has_errors();
  const std::string troubles = troubles_of(diagnostics);
  if (checked.has_errors) {
    checked.conclusion =
        fmt::format("{}: {}\n", text.file, troubles.substr(troubles.find_first_not_of(", ")));
    return checked;
  }
  const std::size_t policies = pack ? pack->policies.size() : 0;
  const std::string tried =
      pack && examples == RunExamples::kYes ? try_examples(pack, fields.schema, checked) : "";
  checked.conclusion =
      fmt::format("{}: ok, {}{}{}\n", text.file, counted(policies, "policy", "policies"), tried, troubles);
  return checked;
}

}  // namespace plumbline
