// `plumbline log anchor`, where there is the network.
#pragma once

#include "base/async.h"
#include "daemon/cli/daemon_commands.h"
#include "daemon/service/webhook_anchors.h"

namespace plumbline {

// Takes the newest checkpoint to each webhook that does not know it; what could not be is told. Returns
// whether every one knows it now.
Async<bool> anchor_all(WebhookAnchors& anchors, LedgerPlace place, Streams& streams);

int anchor_once(const AnchorCommand& command, Streams& streams);

}  // namespace plumbline
