"""The programs as they are, for a long time, against a sandbox. scripts/soak --help tells how."""

import argparse
import os
import shutil
import sys
import tempfile
import types

import delta
import long_run
import quarter
from programs import Failed, find_program

PARTS = {"quarter": quarter.run, "delta": delta.run, "run": long_run.run}


def parsed():
    parser = argparse.ArgumentParser(prog="scripts/soak", description=__doc__)
    parser.add_argument("--build", default="build/release", help="the folder with the programs (%(default)s)")
    parser.add_argument("--folder", help="where to work and leave everything; else a temporary folder")
    parser.add_argument("--seed", type=int, default=7, help="of the sandbox's data (%(default)s)")
    parser.add_argument("--any-handler", action="store_true", help="allow handlers of the io thread any time")
    parts = parser.add_subparsers(dest="part", required=True)

    one = parts.add_parser("quarter", help="a quarter in bad weather, then row for row and field for field")
    one.add_argument("--opportunities", type=int, default=100_000)
    one.add_argument("--days", type=int, default=91, help="by the sandbox's clock (%(default)s)")
    one.add_argument("--speed", type=float, default=4000, help="of the sandbox's clock (%(default)s)")
    one.add_argument("--every", default="3 hours", help="how often the service asks, by that clock (%(default)s)")
    one.add_argument("--judge-every", default="1 days", help="by that clock (%(default)s)")
    one.add_argument("--kill", type=float, default=0, metavar="HOURS", help="kill -9 every so many of its hours")
    one.add_argument("--fine-weather", action="store_true", help="without faults")

    two = parts.add_parser("delta", help="a first load beside curl, then changes of several sizes")
    two.add_argument("--opportunities", type=int, default=1_000_000)
    two.add_argument("--changes", type=int, nargs="*", default=[0, 100, 1_000, 10_000])

    two.add_argument("--no-comparison", action="store_true", help="do not compare the rows in the end")

    three = parts.add_parser("run", help="the service for minutes of real time: memory and descriptors")
    three.add_argument("--opportunities", type=int, default=20_000)
    three.add_argument("--minutes", type=float, default=60)
    three.add_argument("--speed", type=float, default=60, help="of the sandbox's clock (%(default)s)")
    three.add_argument("--every", default="10 minutes", help="how often the service asks, by that clock (%(default)s)")
    three.add_argument("--judge-every", default="60 minutes", help="by that clock (%(default)s)")
    return parser.parse_args()


def main():
    options = parsed()
    folder = options.folder or tempfile.mkdtemp(prefix="plumbline-soak-")
    os.makedirs(folder, exist_ok=True)
    try:
        programs = types.SimpleNamespace(
            plumbline=find_program(options.build, "plumbline"),
            sandbox=find_program(options.build, "plumbline-sandbox"),
        )
        PARTS[options.part](programs, folder, options)
    except Failed as failed:
        print(f"soak: {failed}\nsoak: everything is left in {folder}", file=sys.stderr)
        sys.exit(1)
    if not options.folder:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
