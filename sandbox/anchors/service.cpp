#include "sandbox/anchors/service.h"

#include <string_view>

namespace plumbline::sandbox {
namespace {

constexpr std::string_view kType = "text/plain; charset=utf-8";

Response answer(int status, std::string_view text) {
  return {.status = status, .type = std::string(kType), .body = std::string(text) + "\n"};
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

Response Anchors::handle(const Request& request) {
  if (auto instead = faults_.instead_of_answer(request)) return *std::move(instead);
  Response response = take(request);
  response.endpoint = "anchor";
  faults_.spoil_delivery(request, response);
  return response;
}

Response Anchors::take(const Request& request) {
  if (request.path() != target()) return answer(404, "there is nothing at this address");
  if (request.method != "POST") return answer(405, "checkpoints are posted");
  if (request.body.size() > kMostCheckpointBytes) return answer(413, "no checkpoint is as long as that");
  if (request.header("Content-Type") != kType) return answer(415, "a checkpoint is plain text in UTF-8");
  std::string_view rest = request.body;
  const std::string_view origin = take_line(rest);
  const std::string_view size = take_line(rest);
  if (origin.empty() || size.empty() || !request.body.ends_with('\n'))
    return answer(400, "this is no checkpoint");
  if (request.header("Plumbline-Checkpoint-Origin") != origin ||
      request.header("Plumbline-Checkpoint-Size") != size)
    return answer(400, "the headers do not say what the checkpoint says");
  checkpoints_.push_back(request.body);
  if (checkpoints_.size() > kMostCheckpoints) checkpoints_.pop_front();
  return answer(200, "kept");
}

std::string Anchors::kept() const {
  std::string all;
  for (const std::string& checkpoint : checkpoints_) all += checkpoint + "\n";
  return all;
}

}  // namespace plumbline::sandbox
