// The page itself: daemon/cli/html/page.html with its places filled.
#pragma once

#include "daemon/cli/audit_facts.h"
#include "daemon/cli/html_findings.h"
#include "daemon/cli/output.h"
#include "daemon/cli/record_link.h"

namespace plumbline {

struct HtmlPageContents {
  const HtmlFindings& findings;  // settled
  const RecordLinks& links;
  const AuditFacts* facts = nullptr;  // null where there is nothing to tell besides the verdicts
};

void write_html_page(TextOutput& out, const HtmlPageContents& contents);

}  // namespace plumbline
