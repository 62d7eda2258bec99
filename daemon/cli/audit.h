// `plumbline audit`: files in, verdicts out.
#pragma once

#include "daemon/cli/audit_options.h"
#include "daemon/cli/streams.h"

namespace plumbline {

// Verdicts go to streams.out or options.output, everything else to streams.err. Returns the exit status.
int run_audit(const AuditOptions& options, Streams& streams);

const CommandSpec& audit_command();

}  // namespace plumbline
