//! Programs on tensors with the values of a network: loading them, and every quantity from those of the leaves.

use crate::diagnostic::Diagnostic;
use crate::eval::missing::missing_values;
use crate::eval::tensor::{Element, Sizes, Tensor, TensorProgram, Workspace};
use crate::eval::{Compiler, Root, Values};
use crate::expr::NameId;
use crate::network::{Network, Origin};

impl TensorProgram {
    /// Sets all inputs.
    ///
    /// # Errors
    /// `missing-value`, with all quantities that have no value; `bad-value` for a tensor whose sizes are not those that
    /// the program was compiled for.
    pub fn load<T: Element>(
        &self,
        network: &Network,
        values: &Values,
        workspace: &mut Workspace<T>,
    ) -> Result<(), Diagnostic> {
        let mut missing: Vec<NameId> = Vec::new();
        for (at, port) in self.inputs.iter().enumerate() {
            let Some(name) = port.name else { continue };
            match values.tensor(network, name) {
                Some(tensor) if tensor.dims == port.dims => {
                    let entries = self.input_mut(workspace, at).iter_mut().zip(&tensor.data);
                    entries.for_each(|(to, &value)| *to = T::from_f64(value));
                }
                Some(_) => {
                    let message = format!("the value of `{}` has other sizes than declared", network.spelling(name));
                    return Err(Diagnostic::error("bad-value", message).at(network.quantity(name).span, ""));
                }
                None => missing.push(name),
            }
        }
        if missing.is_empty() { Ok(()) } else { Err(missing_values(network, missing)) }
    }

    /// An output after a run, with its sizes.
    pub fn tensor(&self, workspace: &Workspace<f64>, at: usize) -> Tensor {
        Tensor { dims: self.outputs[at].dims.clone(), data: self.output(workspace, at).to_vec() }
    }
}

impl Values {
    /// With the values of all equations, as tensors.
    ///
    /// # Errors
    /// As [`Values::forward`]; also a size that no value settles.
    pub fn forward_tensors(&self, network: &Network) -> Result<Values, Diagnostic> {
        let names: Vec<NameId> = network
            .equations
            .iter()
            .map(|equation| equation.name)
            .filter(|&name| !matches!(network.quantity(name).origin, Origin::Partial { .. }))
            .collect();
        let roots: Vec<Root> = names.iter().map(|&name| Root::Quantity(name)).collect();
        let program = Compiler::new(network).compile_tensors(&roots, &Sizes::of(network, self))?;
        let mut workspace = program.workspace();
        program.load(network, self, &mut workspace)?;
        program.run(&mut workspace);
        let mut values = self.clone();
        for (at, &name) in names.iter().enumerate() {
            values.set_tensor(name, program.tensor(&workspace, at));
        }
        Ok(values)
    }
}
