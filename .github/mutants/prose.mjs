import { declareValuePlugin, PluginKind } from '@stryker-mutator/api/plugin';

/** Two words side by side: nothing that a program reads looks like that here. A command that a person can run has to be right. */
const words = /^(?!aws ).*\p{Letter}{2} \p{Letter}{2}/su;

/** Leaves sentences alone. A template with an expression that decides something is no mere sentence. */
const prose = {
  shouldIgnore({ node }) {
    const text =
      node.type === 'StringLiteral'
        ? node.value
        : node.type === 'TemplateLiteral' && node.expressions.every(isPlain)
          ? node.quasis.map(({ value }) => value.raw).join('')
          : '';
    return words.test(text) ? 'a sentence for people' : undefined;
  },
};

const isPlain = ({ type }) => type === 'Identifier' || type === 'MemberExpression' || type === 'CallExpression';

export const strykerPlugins = [declareValuePlugin(PluginKind.Ignore, 'prose', prose)];
