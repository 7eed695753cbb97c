"""Makes of one GGUF file with weights of four bits what other engines read, or read fastest.

    pip install gguf numpy onnx
    python models.py FILE.gguf FOLDER

* `q4_0.gguf`: Q4_1 turned to Q4_0, for which llama.cpp and candle have kernels that they do not have for Q4_1.
* `f32.onnx`, `int8.onnx`, `int4.onnx`: for rten, which does not read GGUF. All weights are those of the GGUF file:
  as they are; as whole numbers of eight bits, with inputs that are turned to eight bits when it runs
  (`MatMulInteger`); as the four bits of `q4_0.gguf` (`MatMulNBits`, whose inputs may be turned to eight bits too),
  but for the last layer, which has eight bits there as in the GGUF file.

The ONNX graph has the fused operators that exporters for ONNX Runtime write (RMSNormalization, and
GroupQueryAttention with rotary positions), inputs and outputs named as Optimum's, and logits of the last token alone.
"""

import sys
from pathlib import Path

import gguf
import numpy
import onnx
from gguf.quants import dequantize, quantize
from onnx import TensorProto, helper, numpy_helper

Q4_0, Q4_1 = gguf.GGMLQuantizationType.Q4_0, gguf.GGMLQuantizationType.Q4_1
BLOCK = 32
tensor = helper.make_tensor_value_info


def write_q4_0(reader, path):
    writer = gguf.GGUFWriter(path, reader.fields["general.architecture"].contents())
    for name, field in reader.fields.items():
        if not name.startswith("GGUF.") and name != "general.architecture":
            value = gguf.LlamaFileType.MOSTLY_Q4_0 if name == "general.file_type" else field.contents()
            kind, *inner = field.types
            writer.add_key_value(name, value, kind, inner[-1] if inner else None)
    for weight in reader.tensors:
        data, kind = weight.data, weight.tensor_type
        if kind == Q4_1:
            data, kind = quantize(dequantize(data, kind), Q4_0), Q4_0
        writer.add_tensor(weight.name, data, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def eight_bits(matrix):
    """A matrix of whole numbers, and what each row is to be multiplied by."""
    scales = numpy.abs(matrix).max(axis=1) / 127
    whole = numpy.rint(matrix / numpy.where(scales == 0, 1, scales)[:, None])
    return whole.astype(numpy.int8), scales.astype(numpy.float32)


def four_bits(matrix):
    """The numbers of Q4_0 as MatMulNBits wants them: neighbours share a byte, and scales are apart."""
    outputs, inputs = matrix.shape
    blocks = quantize(matrix, Q4_0).reshape(outputs, inputs // BLOCK, -1)
    scales = blocks[..., :2].copy().view(numpy.float16)[..., 0].astype(numpy.float32)
    halves = blocks[..., 2:]
    numbers = numpy.concatenate([halves & 15, halves >> 4], axis=-1)
    return numbers[..., 0::2] | numbers[..., 1::2] << 4, scales


class Graph:
    """An ONNX graph that grows node by node."""

    def __init__(self, reader, kind):
        self.kind = kind
        self.weights = {weight.name: weight for weight in reader.tensors}
        self.nodes, self.constants, self.inputs, self.outputs = [], [], [], []

    def weight(self, name):
        weight = self.weights[f"{name}.weight"]
        return dequantize(weight.data, weight.tensor_type).astype(numpy.float32)

    def constant(self, array):
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(numpy.asarray(array, order="C"), name))
        return name

    def node(self, operator, inputs, outputs=("",), **attributes):
        """Names of its outputs, made up where they have none; of one alone, its name."""
        names = [name or f"{operator}_{len(self.nodes)}_{at}" for at, name in enumerate(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, **attributes))
        return names if len(names) > 1 else names[0]

    def linear(self, x, matrix, kind=None):
        """The matrix has a row for each output."""
        kind = kind or self.kind
        if kind == "f32":
            return self.node("MatMul", [x, self.constant(matrix.T)])
        if kind == "int8":
            whole, scales = eight_bits(matrix)
            x, scale, zero = self.node("DynamicQuantizeLinear", [x], ["", "", ""])
            product = self.node("MatMulInteger", [x, self.constant(whole.T), zero])
            product = self.node("Cast", [product], to=TensorProto.FLOAT)
            return self.node("Mul", [product, self.node("Mul", [scale, self.constant(scales)])])
        numbers, scales = four_bits(matrix)
        sizes = {"N": matrix.shape[0], "K": matrix.shape[1], "bits": 4, "block_size": BLOCK}
        inputs = [x, self.constant(numbers), self.constant(scales)]
        # Level 4: inputs may be of eight bits.
        return self.node("MatMulNBits", inputs, domain="com.microsoft", accuracy_level=4, **sizes)

    def norm(self, x, name, epsilon):
        inputs = [x, self.constant(self.weight(name))]
        return self.node("RMSNormalization", inputs, axis=-1, epsilon=epsilon)


def layer(graph, x, at, model, lengths, rotation):
    heads, shared, head, epsilon = model["heads"], model["shared"], model["head"], model["epsilon"]
    name = f"blk.{at}"
    normal = graph.norm(x, f"{name}.attn_norm", epsilon)
    packed = numpy.concatenate([graph.weight(f"{name}.attn_{part}") for part in "qkv"])
    past, present = ([f"{when}.{at}.{part}" for part in ("key", "value")] for when in ("past_key_values", "present"))
    for names, values, length in ((past, graph.inputs, "past"), (present, graph.outputs, "total")):
        values += [tensor(name, TensorProto.FLOAT, [1, shared, length, head]) for name in names]
    seen, *_ = graph.node(
        "GroupQueryAttention",
        [graph.linear(normal, packed), "", "", *past, *lengths, *rotation],
        ["", *present],
        domain="com.microsoft",
        num_heads=heads,
        kv_num_heads=shared,
        do_rotary=1,
        # Rows of queries and keys are in GGUF files so that neighbours turn together.
        rotary_interleaved=1,
    )
    x = graph.node("Add", [x, graph.linear(seen, graph.weight(f"{name}.attn_output"))])
    normal = graph.norm(x, f"{name}.ffn_norm", epsilon)
    gate, up = (graph.linear(normal, graph.weight(f"{name}.ffn_{part}")) for part in ("gate", "up"))
    gate = graph.node("Mul", [gate, graph.node("Sigmoid", [gate])])
    inner = graph.node("Mul", [gate, up])
    return graph.node("Add", [x, graph.linear(inner, graph.weight(f"{name}.ffn_down"))])


def embed(graph, table):
    if graph.kind == "f32":
        return graph.node("Gather", [graph.constant(table), "input_ids"])
    whole, scales = eight_bits(table)
    rows = graph.node("Gather", [graph.constant(whole), "input_ids"])
    scale = graph.node("Gather", [graph.constant(scales[:, None]), "input_ids"])
    return graph.node("Mul", [graph.node("Cast", [rows], to=TensorProto.FLOAT), scale])


def lengths_of(graph):
    """Tokens that are seen before the last of these, of each text; and all, as whole numbers of 32 bits."""
    shape = graph.node("Shape", ["attention_mask"])
    total = graph.node("Gather", [shape, graph.constant(numpy.int64(1))])
    total = graph.node("Cast", [total], to=TensorProto.INT32)
    before = graph.node("Sub", [total, graph.constant(numpy.int32(1))])
    return [graph.node("Unsqueeze", [before, graph.constant(numpy.array([0]))]), total]


def rotation_of(graph, model):
    turns = model["base"] ** -(numpy.arange(0, model["head"], 2) / model["head"])
    angles = numpy.arange(model["context"])[:, None] * turns
    return [graph.constant(part(angles).astype(numpy.float32)) for part in (numpy.cos, numpy.sin)]


def write_onnx(reader, kind, path):
    def field(name):
        return reader.fields[f"llama.{name}"].contents()

    model = {
        "heads": field("attention.head_count"),
        "shared": field("attention.head_count_kv"),
        "head": field("rope.dimension_count"),
        "base": field("rope.freq_base"),
        "context": field("context_length"),
        "epsilon": field("attention.layer_norm_rms_epsilon"),
    }
    graph = Graph(reader, kind)
    for name, axis in (("input_ids", "sequence"), ("attention_mask", "total")):
        graph.inputs.append(tensor(name, TensorProto.INT64, [1, axis]))
    table = graph.weight("token_embd")
    lengths, rotation = lengths_of(graph), rotation_of(graph, model)
    x = embed(graph, table)
    for at in range(field("block_count")):
        x = layer(graph, x, at, model, lengths, rotation)
    x = graph.norm(x, "output_norm", model["epsilon"])
    last = [graph.constant(numpy.array([end])) for end in (-1, numpy.iinfo(numpy.int64).max, 1)]
    x = graph.node("Slice", [x, *last])
    last = "f32" if kind == "f32" else "int8"
    graph.node("Identity", [graph.linear(x, table, last)], ["logits"])
    graph.outputs.insert(0, tensor("logits", TensorProto.FLOAT, [1, 1, len(table)]))
    made = helper.make_graph(graph.nodes, "llama", graph.inputs, graph.outputs, graph.constants)
    versions = [helper.make_opsetid("", 23), helper.make_opsetid("com.microsoft", 1)]
    onnx.save(helper.make_model(made, opset_imports=versions, ir_version=10), path)


def main():
    source, folder = sys.argv[1:]
    reader, folder = gguf.GGUFReader(source), Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_q4_0(reader, folder / "q4_0.gguf")
    for kind in ("f32", "int8", "int4"):
        write_onnx(reader, kind, folder / f"{kind}.onnx")


if __name__ == "__main__":
    main()
