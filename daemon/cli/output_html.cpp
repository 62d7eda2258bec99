// The page for a browser. Tallies are made as verdicts come; the page is written when all are known.
#include <utility>

#include "daemon/cli/html_findings.h"
#include "daemon/cli/html_page.h"
#include "daemon/cli/kept_verdicts.h"
#include "daemon/cli/verdict_writer.h"

namespace plumbline {
namespace {

class HtmlWriter : public VerdictWriter {
 public:
  HtmlWriter(TextOutput& out, const RecordLinks& links, const HtmlOptions& options)
      : out_(out), links_(links), findings_(options) {}

  void begin(std::span<const PolicyFacts> policies) override { findings_.begin(policies); }
  std::unique_ptr<VerdictBatch> make_batch() override { return std::make_unique<KeptBatch>(); }

  SinkAnswer take(VerdictBatch& taken) override {
    auto& batch = static_cast<KeptBatch&>(taken);
    for (std::size_t i = 0; i < batch.size(); ++i) findings_.add(batch.verdict(i));
    batch.clear();
    const bool enough = out_.failed() || findings_.tally().violations() >= kMostTableVerdicts;
    return enough ? SinkAnswer::kEnough : SinkAnswer::kMore;
  }

  void learn(const AuditFacts& facts) override { facts_ = &facts; }

  void end() override {
    findings_.settle();
    write_html_page(out_, {.findings = findings_, .links = links_, .facts = facts_});
  }

 private:
  TextOutput& out_;
  const RecordLinks& links_;
  HtmlFindings findings_;
  const AuditFacts* facts_ = nullptr;
};

}  // namespace

std::unique_ptr<VerdictWriter> html_writer(TextOutput& out, const RecordLinks& links,
                                           const HtmlOptions& options) {
  return std::make_unique<HtmlWriter>(out, links, options);
}

}  // namespace plumbline
