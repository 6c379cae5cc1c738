//! ONNX files as values: the format's messages and the few edits a voice pack needs.
//!
//! This is no model optimiser. It adds nodes, replaces what a node reads, and cuts out the part
//! of a graph that one tensor depends on; running the result is ONNX Runtime's work.

use std::collections::{HashMap, HashSet};

use super::schema;

#[allow(missing_docs, unreachable_pub, clippy::all)]
mod format {
    include!(concat!(env!("OUT_DIR"), "/onnx.rs"));
}

use format::{
    AttributeProto, TensorShapeProto, TypeProto, tensor_shape_proto::Dimension,
    tensor_shape_proto::dimension, type_proto,
};
pub(crate) use format::{GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto};

/// What can be wrong with an ONNX file that is to be rewritten.
#[derive(Debug, thiserror::Error)]
pub enum OnnxError {
    /// The bytes are not an ONNX model.
    #[error("not an ONNX model: {0}")]
    NotOnnx(#[from] prost::DecodeError),
    /// A tensor or input that the rewriting hangs on is not there: another export of the model.
    #[error("the graph has no tensor named `{0}`, so it is not the export this version rewrites")]
    MissingTensor(String),
    /// The constants of the normalisations were made for other speakers or another export.
    #[error(
        "{found} moments for the speakers of the pack instead of {expected}: \
         make them again with voices/make_moments.py"
    )]
    UnfitMoments {
        /// How many there are.
        found: usize,
        /// How many the speakers and the export need.
        expected: usize,
    },
}

/// Element types by the format's own numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub(crate) enum ElementType {
    Float = 1,
    Uint8 = 2,
    Int64 = 7,
}

/// An attribute of a node.
pub(crate) enum Attribute<'a> {
    Int(&'a str, i64),
    Ints(&'a str, Vec<i64>),
}

impl Attribute<'_> {
    fn into_proto(self) -> AttributeProto {
        // The types are the format's numbers for one integer and for several.
        match self {
            Self::Int(name, value) => AttributeProto {
                name: Some(name.to_owned()),
                r#type: Some(2),
                i: Some(value),
                ..Default::default()
            },
            Self::Ints(name, values) => AttributeProto {
                name: Some(name.to_owned()),
                r#type: Some(7),
                ints: values,
                ..Default::default()
            },
        }
    }
}

/// The integers of a node's attribute; none when it has no such attribute.
pub(crate) fn ints_of<'a>(node: &'a NodeProto, attribute: &str) -> &'a [i64] {
    let found = node
        .attribute
        .iter()
        .find(|a| a.name.as_deref() == Some(attribute));
    found.map_or(&[], |attribute| &attribute.ints)
}

/// The values of a constant of bytes; `None` when it is of another type.
pub(crate) fn bytes_of(tensor: &TensorProto) -> Option<Vec<u8>> {
    if tensor.data_type != Some(ElementType::Uint8 as i32) {
        return None;
    }
    match &tensor.raw_data {
        Some(raw) => Some(raw.clone()),
        None => tensor
            .int32_data
            .iter()
            .map(|&value| u8::try_from(value).ok())
            .collect(),
    }
}

/// The value of a constant that is one integer; `None` when it is of another type.
pub(crate) fn integer_of(tensor: &TensorProto) -> Option<i64> {
    if tensor.data_type != Some(ElementType::Int64 as i32) {
        return None;
    }
    match &tensor.raw_data {
        Some(raw) => Some(i64::from_le_bytes(raw.as_slice().try_into().ok()?)),
        None => tensor.int64_data.first().copied(),
    }
}

/// The values of a constant of floats; `None` when it is of another type.
pub(crate) fn floats_of(tensor: &TensorProto) -> Option<Vec<f32>> {
    if tensor.data_type != Some(ElementType::Float as i32) {
        return None;
    }
    match &tensor.raw_data {
        Some(raw) => {
            let (values, rest) = raw.as_chunks::<4>();
            let values = values.iter().map(|&bytes| f32::from_le_bytes(bytes));
            rest.is_empty().then(|| values.collect())
        }
        None => Some(tensor.float_data.clone()),
    }
}

/// Collects new nodes and constants under one name prefix, so that added names never meet the
/// graph's own.
pub(crate) struct Additions {
    prefix: &'static str,
    count: usize,
    nodes: Vec<NodeProto>,
    initializers: Vec<TensorProto>,
}

impl Additions {
    pub(crate) fn new(prefix: &'static str) -> Self {
        Self {
            prefix,
            count: 0,
            nodes: Vec::new(),
            initializers: Vec::new(),
        }
    }

    fn fresh(&mut self, what: &str) -> String {
        self.count += 1;
        format!("{}/{}_{}", self.prefix, what, self.count)
    }

    /// Adds a node with one output and gives the output's name.
    pub(crate) fn node(&mut self, op_type: &str, inputs: &[&str]) -> String {
        self.node_with(op_type, inputs, Vec::new())
    }

    /// As [`node`](Self::node), with attributes.
    pub(crate) fn node_with(
        &mut self,
        op_type: &str,
        inputs: &[&str],
        attributes: Vec<Attribute<'_>>,
    ) -> String {
        let output = self.fresh(op_type);
        self.named_node(op_type, inputs, attributes, output.clone());
        output
    }

    /// As [`node_with`](Self::node_with), with the output's name given.
    pub(crate) fn named_node(
        &mut self,
        op_type: &str,
        inputs: &[&str],
        attributes: Vec<Attribute<'_>>,
        output: String,
    ) {
        self.nodes.push(NodeProto {
            name: Some(output.clone()),
            op_type: Some(op_type.to_owned()),
            input: inputs.iter().map(|&name| name.to_owned()).collect(),
            output: vec![output],
            attribute: attributes.into_iter().map(Attribute::into_proto).collect(),
            ..Default::default()
        });
    }

    /// A node of one of our own operators ([`crate::operators`]), with the outputs' names
    /// given.
    pub(crate) fn own_operator(
        &mut self,
        op_type: &str,
        inputs: &[&str],
        attributes: Vec<Attribute<'_>>,
        outputs: Vec<String>,
    ) {
        let name = outputs.first().cloned().unwrap_or_default();
        self.named_node(op_type, inputs, attributes, name);
        if let Some(node) = self.nodes.last_mut() {
            node.domain = Some(schema::DOMAIN.to_owned());
            node.output = outputs;
        }
    }

    /// A constant of bytes of one dimension.
    pub(crate) fn bytes(&mut self, values: Vec<u8>) -> String {
        self.constant(ElementType::Uint8, vec![values.len() as i64], values)
    }

    /// A constant of one dimension.
    pub(crate) fn ints(&mut self, values: &[i64]) -> String {
        let raw = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.constant(ElementType::Int64, vec![values.len() as i64], raw)
    }

    /// A float constant of the given shape.
    pub(crate) fn floats(&mut self, shape: &[i64], values: &[f32]) -> String {
        let raw = values.iter().flat_map(|v| v.to_le_bytes()).collect();
        self.constant(ElementType::Float, shape.to_vec(), raw)
    }

    fn constant(&mut self, element: ElementType, dims: Vec<i64>, raw: Vec<u8>) -> String {
        let name = self.fresh("constant");
        self.initializers.push(TensorProto {
            dims,
            data_type: Some(element as i32),
            name: Some(name.clone()),
            raw_data: Some(raw),
            ..Default::default()
        });
        name
    }

    /// Puts everything into the graph: nodes must stand in topological order, so these go before
    /// or after all of the graph's own, and [`sort`] settles the rest.
    pub(crate) fn apply(self, graph: &mut GraphProto) {
        graph.node.extend(self.nodes);
        graph.initializer.extend(self.initializers);
        sort(graph);
    }
}

/// Puts the nodes in topological order, keeping the present order where it is free.
fn sort(graph: &mut GraphProto) {
    let mut ready: HashSet<String> = graph
        .input
        .iter()
        .filter_map(|value| value.name.clone())
        .chain(graph.initializer.iter().filter_map(|t| t.name.clone()))
        .collect();
    ready.insert(String::new());
    let mut waiting = std::mem::take(&mut graph.node);
    while !waiting.is_empty() {
        let before = waiting.len();
        let mut later = Vec::new();
        for node in waiting {
            if node.input.iter().all(|name| ready.contains(name)) {
                ready.extend(node.output.iter().cloned());
                graph.node.push(node);
            } else {
                later.push(node);
            }
        }
        waiting = later;
        if waiting.len() == before {
            // A cycle or a missing tensor: leave the rest as it is, ONNX Runtime names it.
            graph.node.append(&mut waiting);
        }
    }
}

/// Errors unless some node makes the tensor.
pub(crate) fn require(graph: &GraphProto, tensor: &str) -> Result<(), OnnxError> {
    let made = graph
        .node
        .iter()
        .any(|node| node.output.iter().any(|name| name == tensor));
    if made {
        Ok(())
    } else {
        Err(OnnxError::MissingTensor(tensor.to_owned()))
    }
}

/// Says in the model that it uses our own operators.
pub(crate) fn import_own_operators(model: &mut ModelProto) {
    model.opset_import.push(format::OperatorSetIdProto {
        domain: Some(schema::DOMAIN.to_owned()),
        version: Some(1),
    });
}

/// Makes the nodes that `readers` accepts read `new` where they read `old`.
pub(crate) fn redirect(
    graph: &mut GraphProto,
    old: &str,
    new: &str,
    readers: impl Fn(&NodeProto) -> bool,
) {
    for node in graph.node.iter_mut().filter(|node| readers(node)) {
        for input in node.input.iter_mut().filter(|name| *name == old) {
            *input = new.to_owned();
        }
    }
}

/// Keeps only what the graph's outputs depend on.
pub(crate) fn prune(graph: &mut GraphProto) {
    let producer: HashMap<&str, usize> = graph
        .node
        .iter()
        .enumerate()
        .flat_map(|(index, node)| node.output.iter().map(move |name| (name.as_str(), index)))
        .collect();
    let mut needed_nodes = HashSet::new();
    let mut needed_names: HashSet<&str> = HashSet::new();
    let mut open: Vec<&str> = graph
        .output
        .iter()
        .filter_map(|v| v.name.as_deref())
        .collect();
    while let Some(name) = open.pop() {
        if !needed_names.insert(name) {
            continue;
        }
        if let Some(&index) = producer.get(name)
            && needed_nodes.insert(index)
        {
            open.extend(graph.node[index].input.iter().map(String::as_str));
        }
    }
    let needed_names: HashSet<String> = needed_names.into_iter().map(str::to_owned).collect();
    let mut index = 0;
    graph.node.retain(|_| {
        index += 1;
        needed_nodes.contains(&(index - 1))
    });
    graph.initializer.retain(|tensor| {
        tensor
            .name
            .as_ref()
            .is_some_and(|n| needed_names.contains(n))
    });
    graph.value_info.clear();
}

/// Declares a graph input or output; `None` is a free dimension.
pub(crate) fn declare(name: &str, element: ElementType, shape: &[Option<i64>]) -> ValueInfoProto {
    let dim = shape
        .iter()
        .enumerate()
        .map(|(axis, size)| Dimension {
            value: Some(match size {
                Some(size) => dimension::Value::DimValue(*size),
                None => dimension::Value::DimParam(format!("{name}_{axis}")),
            }),
            denotation: None,
        })
        .collect();
    ValueInfoProto {
        name: Some(name.to_owned()),
        r#type: Some(TypeProto {
            value: Some(type_proto::Value::TensorType(type_proto::Tensor {
                elem_type: Some(element as i32),
                shape: Some(TensorShapeProto { dim }),
            })),
            denotation: None,
        }),
        ..Default::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(op: &str, inputs: &[&str], output: &str) -> NodeProto {
        NodeProto {
            op_type: Some(op.to_owned()),
            input: inputs.iter().map(|s| (*s).to_owned()).collect(),
            output: vec![output.to_owned()],
            ..Default::default()
        }
    }

    fn outputs(graph: &GraphProto) -> Vec<&str> {
        graph.node.iter().map(|n| n.output[0].as_str()).collect()
    }

    #[test]
    fn added_nodes_stand_after_what_they_read_and_before_what_reads_them() {
        let mut graph = GraphProto {
            node: vec![node("Relu", &["b"], "c")],
            input: vec![declare("a", ElementType::Float, &[None])],
            ..Default::default()
        };
        let mut additions = Additions::new("new");
        additions.named_node("Neg", &["a"], Vec::new(), "b".to_owned());
        additions.apply(&mut graph);
        assert_eq!(outputs(&graph), ["b", "c"]);
    }

    #[test]
    fn pruning_keeps_what_the_output_depends_on_and_nothing_else() {
        let mut graph = GraphProto {
            node: vec![
                node("Neg", &["a"], "b"),
                node("Relu", &["b"], "c"),
                node("Exp", &["b"], "d"),
            ],
            initializer: vec![TensorProto {
                name: Some("unused".to_owned()),
                ..Default::default()
            }],
            output: vec![declare("c", ElementType::Float, &[None])],
            ..Default::default()
        };
        prune(&mut graph);
        assert_eq!(outputs(&graph), ["b", "c"]);
        assert!(graph.initializer.is_empty());
    }

    #[test]
    fn a_missing_tensor_is_named() {
        let error = require(&GraphProto::default(), "/encoder/Clip_output_0").unwrap_err();
        assert!(error.to_string().contains("/encoder/Clip_output_0"));
    }
}
