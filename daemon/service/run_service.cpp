#include "daemon/service/run_service.h"

#include <utility>

#include "daemon/cli/exit_status.h"
#include "daemon/service/service.h"

namespace plumbline {

int run_service(const RunOptions& options, Streams& streams) {
  auto setup = read_service_setup(options.configuration);
  if (!setup) {
    streams.err.write(setup.error());
    return kExitUsage;
  }
  const std::unique_ptr<ServiceLog> log = make_service_log();
  Service service(options.configuration, *std::move(setup),
                  {.system = streams.clock, .log = *log, .notifier = ServiceNotifier::from_environment()});
  return service.run();
}

}  // namespace plumbline
