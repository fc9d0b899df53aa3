"""A module that tells what its interpreter was started with."""

import os
import socket
import sys


def main(descriptor: int) -> None:
    """Write the import path and the GPUs to a socket."""
    with socket.socket(fileno=descriptor) as channel:
        channel.sendall(f"{os.pathsep.join(sys.path)}\n{os.environ['CUDA_VISIBLE_DEVICES']}\n".encode())
