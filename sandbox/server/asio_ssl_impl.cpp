// Asio's part that speaks TLS, compiled once: base/asio_impl.cpp has the rest.
#include <boost/asio/ssl/impl/src.hpp>
