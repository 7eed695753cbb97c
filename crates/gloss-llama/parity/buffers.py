"""llama.cpp, as the scripts here run it."""

import llama_cpp


def use_plain_buffers():
    """Weights are kept as the file has them: in the form for AMX, version 0.3.36 crashed."""
    defaults = llama_cpp.llama_model_default_params

    def plain():
        parameters = defaults()
        parameters.use_extra_bufts = False
        return parameters

    llama_cpp.llama_cpp.llama_model_default_params = plain
