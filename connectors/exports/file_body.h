// A file of this machine, read as if it came over the network: piece by piece, where waiting for a disk holds
// up nobody.
#pragma once

#include <memory>
#include <string>

#include "connectors/exports/folder_watch.h"
#include "connectors/http/http_client.h"

namespace plumbline {

// Reading is done on `files`, such as a pool of threads. kUnavailable where the file is not (or, at its end,
// no longer) the one that was seen: it is being written.
Async<Result<std::unique_ptr<HttpBody>>> open_file_body(Executor files, std::string path, SeenFile seen);

}  // namespace plumbline
