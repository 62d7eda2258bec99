#include "sandbox/salesforce/api_error.h"

#include "base/json.h"

namespace plumbline::sandbox {

Response error_response(const ApiError& error) {
  std::string body;
  JsonWriter json(body);
  json.begin_array().begin_object();
  json.key("message").string(error.message).key("errorCode").string(error.code);
  json.end_object().end_array();
  return json_response(error.status, std::move(body));
}

}  // namespace plumbline::sandbox
