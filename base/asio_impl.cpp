// Asio's own code, compiled here and nowhere else (BOOST_ASIO_SEPARATE_COMPILATION).
#include "base/loop_wait.h"

// Asio tells nobody when it waits. LoopMeter must know, and this is the one place where it can be seen.
#define epoll_wait plumbline::noted_epoll_wait
#include <boost/asio/impl/src.hpp>
