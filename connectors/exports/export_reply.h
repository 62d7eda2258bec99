// What a server's answer means where it is no file. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "connectors/exports/exports_options.h"
#include "connectors/http/error_body.h"
#include "connectors/http/http_client.h"

namespace plumbline {

// The request for the file; `etag` and `modified` are those of the one taken last, empty for none.
HttpRequest request_for(const ExportFile& file, const ExportsOptions& options, std::string_view etag,
                        std::string_view modified);

// Nothing for 200 and, where the request had conditions, 304. Otherwise a sentence: what was answered, and
// what to do. Of a secret address nothing that the server says is repeated: it may say the secret.
std::optional<Error> refusal_of(const ExportFile& file, const HttpRequest& request, const HttpHead& head,
                                const ErrorBody& body);

}  // namespace plumbline
